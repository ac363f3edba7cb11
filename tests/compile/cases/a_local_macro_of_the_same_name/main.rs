mod first {
    use depot::old_log;

    pub fn log() {
        old_log!("theirs");
    }
}

macro_rules! old_log {
    ($n:expr) => {
        println!("mine {}", $n)
    };
}

mod second {
    pub fn log() {
        old_log!(2);
    }
}

fn main() {
    old_log!(1);
    first::log();
    second::log();
}
