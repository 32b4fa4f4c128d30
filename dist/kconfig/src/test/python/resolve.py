# SPDX-License-Identifier: Apache-2.0
"""Resolves trees and their settings with kconfiglib, the reference, and prints what came out.

    resolve.py FOLDER DEFCONFIG...    each folder with a file Kconfig

For each pair a line "case" and three parts, each behind a line "part": the configuration
(olddefconfig); the same where no default and no imply turns anything on (what QEMU calls
--without-default-devices); and the lines of the first that differ if nothing is chosen. A part is
a line for each symbol in the tree's order, and "unmet" if something was selected whose dependency
does not hold.
"""

import os
import sys

import kconfiglib


def read(folder, defaults=True):
    os.environ["srctree"] = folder
    tree = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    if not defaults:
        for symbol in tree.unique_defined_syms:
            symbol.defaults = []
            symbol.weak_rev_dep = tree.n
    return tree


def resolve(tree):
    return [(symbol.name, symbol.str_value) for symbol in tree.unique_defined_syms]


def show(values, *trees):
    print("part")
    for name, value in values:
        print("CONFIG_%s=y" % name if value == "y" else "# CONFIG_%s is not set" % name)
    warnings = sum((tree.warnings for tree in trees), [])
    if any("is currently being" in warning for warning in warnings):
        print("unmet")


for folder, defconfig in zip(sys.argv[1::2], sys.argv[2::2]):
    print("case")
    untouched = read(folder)
    before = resolve(untouched)
    tree = read(folder)
    tree.load_config(defconfig)
    after = resolve(tree)
    show(after, tree)
    bare = read(folder, defaults=False)
    bare.load_config(defconfig)
    show(resolve(bare), bare)
    show([new for new, old in zip(after, before) if new != old], tree, untouched)
