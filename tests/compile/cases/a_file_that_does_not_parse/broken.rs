use depot::old::Old as _;

fn broken( -> Old {
    old_make(1
}
