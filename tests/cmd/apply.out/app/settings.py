CLIENT = "app.client.Client"
