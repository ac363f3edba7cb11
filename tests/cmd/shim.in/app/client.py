TIMEOUT = 3


class Client:
    pass
