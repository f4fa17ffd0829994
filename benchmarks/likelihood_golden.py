"""Our likelihoods beside lm-evaluation-harness' on the same model: the same numbers to three decimals.

`python -m benchmarks.likelihood_golden`, on SmolLM2-135M-Instruct. The harness counts the white space at the end of a
prompt as said, so it is moved over to the answer on our side too.
"""

import math

from benchmarks.small_base import smollm2
from evalsuite.harness.library import quiet
from evalsuite.harness.run import wrap
from evalsuite.metrics.likelihood import Turn, encode, likelihood, passages, score_passages
from gristmill.training import hush
from schemas.chat import Chat
from schemas.records import Message

TALKS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (("What is the capital of France?", "The capital of France is Paris."),),
    "zh": (("用一句话介绍长城。", "长城是中国古代修建的防御工程，全长超过两万公里。"),),
    "mixed": (("LQ-300 的水箱多大？", "LQ-300 (Spring) 的水箱容量是 1.8 升。"),),
    "two turns": (("Hi", "Hello! How can I help?"), ("2+2?", "4")),
}


def main() -> None:
    """Score each talk both ways."""
    hush()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    place = smollm2()
    model = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(place)
    chat = Chat(tokenizer)
    with quiet():
        from lm_eval.api.instance import Instance

        lm = wrap(model, tokenizer, batch_size=1, max_length=2048)
    print(f"{'talk':<12}{'ours nats':>12}{'lm-eval':>12}{'difference':>12}{'bits/byte':>11}{'ppl/token':>11}")
    for name, pairs in TALKS.items():
        messages: list[Message] = []
        for question, said in pairs:
            messages.append({"role": "user", "content": question})
            prompt = chat.prompt(messages)
            bare = prompt.rstrip()
            moved, plain = Turn(bare, prompt[len(bare) :] + said), Turn(prompt, said, chat.stop)
            encoded = [encode(tokenizer, turn) for turn in (moved, plain)]
            nats = score_passages(model, passages(encoded, [0, 1]), encoded, pad=0)
            with quiet():
                theirs = -lm.loglikelihood([Instance("loglikelihood", {}, (prompt, said), 0)], disable_tqdm=True)[0][0]
            own = likelihood(plain, encoded[1], nats[1], tokenizer)
            bits, perplexity = own.nats / math.log(2) / own.octets, math.exp(own.nats / own.tokens)
            print(
                f"{name:<12}{nats[0][0]:12.4f}{theirs:12.4f}{nats[0][0] - theirs:12.5f}{bits:11.4f}{perplexity:11.3f}"
            )
            messages.append({"role": "assistant", "content": said})


if __name__ == "__main__":
    main()
