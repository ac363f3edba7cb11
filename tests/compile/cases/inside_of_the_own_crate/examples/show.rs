fn main() {
    println!("{:?} {}", case::old_home::OldWidget(2), case::old_rooms::count());
}
