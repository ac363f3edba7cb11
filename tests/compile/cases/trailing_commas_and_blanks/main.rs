use depot::old::{ Old , };
use depot::old::{Rest ,OldPair , } ;
use depot::{ old ::{ deep ::{ LOW , } , old_make , } , };
use depot::{
    v2,

    old::{
        OLD_MAX,

        REST,
    },
};

fn main() {
    println!("{} {:?} {:?} {}", Old::new(1), Rest(1), OldPair(1, 2), LOW);
    println!("{} {} {} {}", old_make(2), v2::version(), OLD_MAX, REST);
}
