CLIENT = "app.legacy.OldClient"
