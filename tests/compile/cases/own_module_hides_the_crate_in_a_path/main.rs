mod inner {
    mod depot {
        pub mod old {
            #[derive(Debug)]
            pub struct Old;
        }
    }

    use ::depot::old::OldPair;
    use self::depot::old::Old as Second;

    pub fn all() {
        use super::shadowing::*;
        println!("{:?} {:?} {:?}", Second, self::depot::old::Old, OldPair(1, 2));
        println!("{}", ::depot::old::Old::new(2));
        mine();
    }
}

mod shadowing {
    pub fn mine() {
        println!("mine");
        other::all();
    }

    mod other {
        mod dep {
            pub mod depot {
                pub mod old {
                    #[derive(Debug)]
                    pub struct Old(pub u8);
                }
            }
        }
        use dep::depot;
        use depot::old::Old as Mine;

        pub fn all() {
            println!("{:?}", Mine(1));
        }
    }
}

fn main() {
    inner::all();
}
