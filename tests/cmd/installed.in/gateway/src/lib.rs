use chat_kit::legacy::Client;

pub fn send(client: &Client) {
    client.push();
}
