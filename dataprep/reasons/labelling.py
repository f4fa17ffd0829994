"""What became of the answers of annotators: read, applied, or not."""

REASONS: dict[str, tuple[str, str]] = {
    "label_rejected": ("Annotators rejected the row.", "标注员不采纳这一行。"),
    "label_tie": (
        "Annotators prefer neither answer of the pair: there is nothing to learn from it.",
        "标注员认为两个回答不分优劣，这一对没有可学习的偏好。",
    ),
    "label_flipped": (
        "Annotators prefer the other answer: chosen and rejected changed places.",
        "标注员更偏好另一个回答：chosen 与 rejected 已互换。",
    ),
    "label_fixed": ("The answer was replaced by the one that annotators wrote.", "回答已换成标注员修改后的版本。"),
    "label_noted": ("What annotators said is in the row's meta, under labels.", "标注结果已写入该行 meta 的 labels。"),
    "label_disputed": ("Annotators disagree about the row.", "标注员对这一行意见不一。"),
    "label_outdated": (
        "The row's text has changed since it was pushed, or its hash is unknown: the answer wasn't applied.",
        "推送之后这一行的文本有变动，或没有记录其哈希值：标注结果未采用。",
    ),
    "label_no_fix": (
        "Annotators asked for a fix but gave no other answer.",
        "标注员认为需要修改，却没有给出不同的回答。",
    ),
    "label_misfit": ("The answer suits no row of this kind.", "标注结果不适用于这类数据。"),
    "label_cancelled": ("The annotator skipped the task.", "标注员跳过了这条任务。"),
    "label_no_record": ("The task doesn't say which record it shows.", "任务没有写明对应哪条数据。"),
    "label_unknown_question": (
        "The labelling config has no such question; perhaps it was changed.",
        "标注配置里没有这个问题，可能已被改动。",
    ),
    "label_unsupported": (
        "Such controls mark parts of a text; they say nothing about the row as a whole.",
        "这类控件只标注文本片段，不是对整行的判断。",
    ),
    "label_config_changed": (
        "The answer isn't among those that the labelling config offers now.",
        "当前的标注配置里没有这个选项。",
    ),
    "label_value": ("The answer has a shape that can't be read.", "标注结果的格式无法读取。"),
    "label_superseded": (
        "The same person answered again later: the later answer counts.",
        "同一个人后来又答了一次，以后一次为准。",
    ),
    "label_empty": ("Nothing was answered.", "没有作答。"),
    "form_kind": ("The form is for rows of another kind.", "这种表单不适用于这类数据。"),
    "form_rewrite": (
        "The row is a rewrite, made anew by every run; the sheet beside it is for judging rewrites.",
        "这一行是改写而来，每次运行都会重新生成；请用改写的审核表评判。",
    ),
    "form_too_long": (
        "The row is too long for a spreadsheet's cell; use Label Studio.",
        "这一行超出表格单元格的长度，请用 Label Studio 标注。",
    ),
    "form_no_answer": ("The row has no answer in words to judge.", "这一行没有可供评判的文字回答。"),
}
