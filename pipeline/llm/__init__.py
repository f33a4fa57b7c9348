"""Reading by a language model, optional: what it is asked, how, and what is kept of its answers.

What belongs here: the prompt, the connection to an endpoint that speaks OpenAI's chat completions, the budget and the
kept answers. What does not: how pointed-at words become claims (pipeline/extract/quoted.py), and which articles are
asked about (pipeline/readers.py). client.py alone needs the extra `llm`.
"""
