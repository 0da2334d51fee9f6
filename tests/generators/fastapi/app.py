import json

from fastapi import FastAPI
from pydantic import BaseModel, Field


class Item(BaseModel):
    name: str = Field(max_length=100)
    price: float
    note: str | None = None


app = FastAPI(title="Shop", version="1.0.0")


@app.get("/items")
def items() -> list[Item]:
    return []


@app.post("/items", status_code=201)
def create(item: Item) -> Item:
    return item


if __name__ == "__main__":
    print(json.dumps(app.openapi(), indent=2))
