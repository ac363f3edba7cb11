use depot::{ old :: { Old , /* inside */ Rest,OLD_MAX }, v2 :: version } ; // after the group
use depot::old::{
    rest, old_make, // both
    REST,
};
#[rustfmt::skip] use depot::old::{OldPair as Two,
	KEEP};
use   depot  ::  old
    ::OldUnit
    as
    Nothing
;

fn main() {
    println!("{} {:?} {} {}", Old::new(1), Rest(1), OLD_MAX, version());
    println!("{} {} {} {:?} {} {:?}", rest(), old_make(1), REST, Two(1, 2), KEEP, Nothing);
}
