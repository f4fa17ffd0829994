"""Why a rewrite, or a new row that was asked of a model, is not taken.

A reason that means something else to a stage is found here under `rewrite_` and its name.
"""

REASONS: dict[str, tuple[str, str]] = {
    "fault": ("No answer came: the endpoint failed; why is in the detail.", "没有得到回答：接口出错，原因见详情。"),
    "finish": ("The model was cut off before its rewrite ended.", "模型没写完就被截断了。"),
    "empty": ("The model answered with no text.", "模型返回的内容是空的。"),
    "identical": (
        "The rewrite is its source but for case, spaces and punctuation.",
        "除大小写、空格和标点外，改写与原文相同。",
    ),
    "near_identical": ("The rewrite differs from its source in a few characters only.", "改写与原文只差几个字。"),
    "length": (
        "The rewrite is much shorter or longer than its style allows.",
        "改写的长度超出了该风格允许的范围。",
    ),
    "lines": ("Items of a list or lines of data were lost or added.", "列表项或数据行有增减。"),
    "preamble": (
        "The model speaks about its rewrite before or after it.",
        "改写前后夹带了模型自己的话，如“好的，改写如下”。",
    ),
    "rewrite_refusal": ("The model refuses or apologises in place of a rewrite.", "模型没有改写，而是拒绝或道歉。"),
    "answered": ("The source asks, the rewrite answers or states.", "原文在提问，改写却变成了回答或陈述。"),
    "repetition": ("The rewrite repeats one piece over and over.", "改写反复重复同一段。"),
    "language": ("The rewrite is in another language than its source.", "改写与原文不是同一种语言。"),
    "script": (
        "The rewrite is in another Chinese script than its style or its source asks for.",
        "改写的简繁字体与风格或原文的要求不符。",
    ),
    "numbers": ("A number, a date or a unit differs from the source's.", "数字、日期或单位与原文不一致。"),
    "placeholders": (
        "A placeholder such as {name} was lost, added or swapped.",
        "{name} 这样的占位符丢了、多了，或互换了位置。",
    ),
    "code": ("Code was lost or changed.", "代码有丢失或改动。"),
    "urls": (
        "A web or mail address, a file, a topic or a mention was lost, changed or added.",
        "网址、邮箱、文件名、话题或 @ 的人有丢失、改动或新增。",
    ),
    "quotes": ("A quotation was lost or changed, or is new.", "引文有丢失、改动或新增。"),
    "names": ("A name was lost, added or swapped.", "名称丢了、多了，或互换了位置。"),
    "negation": (
        "The rewrite denies more or less often than its source, or says the opposite.",
        "改写的否定次数与原文不同，或者意思相反。",
    ),
    "similarity": ("The rewrite has too little in common with its source.", "改写与原文的共同之处太少。"),
    "judge": ("The judge's score is below `least`.", "裁判模型给的分低于 `least`。"),
    "meaning": (
        "By its embedding, the rewrite means too little of what its source means.",
        "从向量看，改写与原文的意思相差太远。",
    ),
    "rewrite_duplicate": (
        "It is too near a row of train or an earlier rewrite; which one is in the detail.",
        "与训练集中的某一行或先前的改写过于接近；是哪一行见详情。",
    ),
    "near_eval": (
        "It is too near a row of eval or dev: trained on, it would leak.",
        "与 eval 或 dev 中的某一行过于接近，用于训练会造成泄漏。",
    ),
    "not_read": (
        "No question and answer could be read out of what the model wrote.",
        "从模型写的内容里读不出一组提问和回答。",
    ),
    "broken_rule": (
        "The new row breaks a rule that every row must keep; the rule is in the detail.",
        "新的一行违反了每一行都要遵守的规则；是哪条规则见详情。",
    ),
}
