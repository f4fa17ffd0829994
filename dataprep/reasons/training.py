"""What training did with rows; its ledger stands beside the model."""

TRAIN: dict[str, tuple[str, str]] = {
    "template_refuses": ("The chat template refuses the conversation.", "对话模板拒绝这段对话。"),
    "template_drops_text": ("The chat template leaves out a text.", "对话模板漏掉了某段文字。"),
    "template_without_tools": ("The chat template has no place for tools.", "对话模板不支持工具。"),
    "template_unstable": ("Answers can't be found in the template's text.", "在模板渲染结果里找不到回答。"),
    "no_trained_token": ("No token would be learned.", "没有任何要学的词元。"),
    "over_length": ("The row is longer than max_length.", "超过了 max_length。"),
    "answer_over_length": ("The answer alone is longer than max_length.", "单是回答就超过了 max_length。"),
    "truncated_prompt": ("The oldest text of the prompt was cut.", "截去了提问里最早的文字。"),
    "split_row": ("The row became several rows.", "一行拆成了多行。"),
}
