from chat_kit.client import LIMIT
from chat_kit.legacy import Client

client = Client(LIMIT)
