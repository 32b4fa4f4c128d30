# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The options of `run`, as variables that its other parts read.

project=$(cd "$here/../.." && pwd)
arch='' image='' tests='' with='' kernels='' iommu='' memory='' timeout='' pages=''
count=false parallel=false keep=false igb=false default_devices=true record=''
devices=() bind=() append=() only=() guest_command=()

parse_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) print_manual; exit 0 ;;
            --) shift; parse_command "$@"; break ;;
            --count) count=true ;;
            --parallel) parallel=true ;;
            --keep) keep=true ;;
            --record) record=yes ;;
            --igb) igb=true ;;
            --no-default-devices) default_devices=false ;;
            --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
            --*) option_with_value "$@"; shift ;;
            -*) usage_error "unknown option $1" ;;
            *) parse_arch "$1" ;;
        esac
        shift
    done
    complete_options
}

option_with_value() {
    case $1 in
        --image | --tests | --with | --kernels | --iommu | --device | --bind | --append | \
            --only | --pages | --memory | --timeout) ;;
        *) usage_error "unknown option $1" ;;
    esac
    [ $# -gt 1 ] || usage_error "$1 needs a value"
    case $1 in
        --image) image=$(folder "$1" "$2") ;;
        --tests) tests=$(folder "$1" "$2") ;;
        --with) with=$(folder "$1" "$2") ;;
        --kernels) kernels=$(folder "$1" "$2") ;;
        --iommu) iommu=$2 ;;
        --device) devices+=("$2") ;;
        --bind) bind+=("$(pci_address "$2")") ;;
        --only) only+=("$2") ;;
        --append) append+=("$2") ;;
        --pages) pages=$2 ;;
        --memory) memory=$2 ;;
        --timeout) timeout=$(seconds "$2") ;;
    esac
}

parse_command() {
    [ $# -gt 0 ] || usage_error "no command after --"
    guest_command=("$@")
}

parse_arch() {
    [ -z "$arch" ] || usage_error "'$1' is one word too many; a command goes after --"
    arch=$(known_arch "$1")
}

complete_options() {
    [ -n "$arch" ] || usage_error "no architecture named; there is: $(known_archs)"
    if [ -n "$pages" ]; then pages=$(known_pages "$arch" "$pages"); fi
    iommu=${iommu:-default}
    image=${image:-$project/dist/$arch/target/jvfio}
    tests=${tests:-$here/target/guest}
    if [ -z "$memory" ]; then
        memory=2G
        if running_tests; then memory=4G; fi
    fi
    if [ -z "$timeout" ]; then
        timeout=2700
        if "$count"; then timeout=3600; fi
    fi
}

folder() {
    [ -d "$2" ] || usage_error "$1 $2: no such folder"
    (cd "$2" && pwd)
}

pci_address() {
    local hex='[0-9a-f]'
    [[ $1 =~ ^$hex{4}:$hex{2}:$hex{2}\.[0-7]$ ]] \
        || usage_error "--bind $1: not a PCI address such as 0000:00:05.0"
    echo "$1"
}

seconds() {
    [[ $1 =~ ^[1-9][0-9]*$ ]] || usage_error "--timeout $1: not a number of seconds"
    echo "$1"
}
