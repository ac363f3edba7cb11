use depot /* a */ :: // b
    old
    ::{
    // c
    Old , // d
    /* e */ OldPair /* f */ as /* g */ Two,
};

fn main() {
    let a = depot::
        old::
        old_make(1);
    let b = depot :: /* h */ old :: OldBox :: < u8 > :: new ( 1 ) ;
    println!("{a} {b:?} {} {:?}", Old :: new ( 2 ), Two(1, 2));
}
