mod broken;
mod fine;

fn main() {}
