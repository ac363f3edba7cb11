from app.client import *

print("imported by its old name")
