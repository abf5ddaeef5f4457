"""Talks to a server of ours with OpenAI's own client: check_openai.py http://host:port/v1"""

import concurrent.futures
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
names = [model.id for model in client.models.list()]
assert names == ["qwen2", "a", "b"], names
ONE = [{"role": "user", "content": "one two"}]


def whole(model, **more):
    return client.chat.completions.create(model=model, messages=ONE, max_tokens=24, **more)


def streamed(model, **more):
    text, usage, ends = "", None, []
    options = {"include_usage": True}
    for chunk in client.chat.completions.create(
        model=model, messages=ONE, max_tokens=24, stream=True, stream_options=options, **more
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            ends += [choice.finish_reason] if choice.finish_reason else []
    assert len(ends) == 1, ends
    return text, usage.completion_tokens


alone = {name: whole(name).choices[0].message.content for name in names}
assert alone["a"] != alone["qwen2"], alone
with concurrent.futures.ThreadPoolExecutor(6) as pool:
    together = [(name, pool.submit(streamed, name)) for name in names * 2]
    for name, answer in together:
        text, tokens = answer.result()
        assert text == alone[name] and tokens <= 24, (name, text, alone[name])

mix = whole("qwen2", extra_body={"lora": [{"id": "a", "scale": 1.0}]})
assert mix.choices[0].message.content == alone["a"]
text = client.completions.create(model="a", prompt="<one two>", max_tokens=24)
assert text.choices[0].text == alone["a"] and text.usage.total_tokens > 24 - 1

endless = client.chat.completions.create(
    model="b", messages=ONE, max_tokens=20000, stream=True, temperature=1.0
)
for _, _chunk in zip(range(3), endless):
    pass
endless.close()

for arguments, error in [
    ({"model": "nobody"}, openai.NotFoundError),
    ({"model": "a", "n": 3}, openai.BadRequestError),
    ({"model": "a", "temperature": -1}, openai.BadRequestError),
]:
    try:
        client.chat.completions.create(messages=ONE, **arguments)
        raise SystemExit(f"no error for {arguments}")
    except error as told:
        assert told.body["message"], told
print("all well")
