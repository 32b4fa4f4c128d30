# SPDX-License-Identifier: Apache-2.0
"""Resolves trees and its settings with kconfiglib, the reference, and prints what came out.

    resolve.py FOLDER DEFCONFIG...    each folder with a file Kconfig

For each pair: a line "case", one for each symbol in the tree's order, and "unmet" if something
was selected whose dependency does not hold.
"""

import os
import sys

import kconfiglib

for folder, defconfig in zip(sys.argv[1::2], sys.argv[2::2]):
    os.environ["srctree"] = folder
    tree = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    tree.load_config(defconfig)
    print("case")
    for symbol in tree.unique_defined_syms:
        value = symbol.str_value == "y"
        print("CONFIG_%s=y" % symbol.name if value else "# CONFIG_%s is not set" % symbol.name)
    if any("is currently being" in warning for warning in tree.warnings):
        print("unmet")
