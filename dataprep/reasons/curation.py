"""What cleaning edited, what validation and exact deduplication found."""

CLEAN: dict[str, tuple[str, str]] = {
    "nfc": ("Characters composed (NFC).", "字符合成（NFC）。"),
    "nfkc": ("Compatibility characters folded (NFKC).", "兼容字符折叠（NFKC）。"),
    "mojibake": ("Text decoded with the wrong encoding, repaired.", "修复了用错编码解出的乱码。"),
    "stop_token": ("End tokens of a chat template removed from the end.", "去掉了末尾的对话模板结束标记。"),
    "html_entity": ("HTML entities resolved.", "还原了 HTML 实体。"),
    "html_tag": ("HTML tags removed.", "去掉了 HTML 标签。"),
    "zero_width": ("Zero-width characters removed.", "去掉了零宽字符。"),
    "control": ("Control characters removed.", "去掉了控制字符。"),
    "line_ending": ("Line endings made one.", "统一了换行符。"),
    "trailing_space": ("Spaces at line ends removed.", "去掉了行尾空格。"),
    "blank_lines": ("Runs of blank lines shortened.", "压缩了连续空行。"),
    "bidi_control": ("Unbalanced direction controls removed.", "去掉了不成对的文字方向控制符。"),
}

VALIDATE: dict[str, tuple[str, str]] = {
    "no_content": ("The row has no messages and no text.", "没有消息也没有文本。"),
    "role_order": ("Turns don't alternate between user and assistant.", "用户与助手没有交替发言。"),
    "ends_with_assistant": ("The last turn is not the assistant's.", "最后一轮不是助手。"),
    "no_answer": ("There is no answer to learn from.", "没有可学习的回答。"),
    "empty_turn": ("A turn is empty.", "某一轮为空。"),
    "bad_tool_json": ("A tool call or tool list is not valid JSON.", "工具调用或工具列表不是合法 JSON。"),
    "unmatched_tool_result": ("Tool results and tool calls don't match.", "工具结果与工具调用对不上。"),
    "same_answers": ("Chosen and rejected answer are the same.", "chosen 与 rejected 相同。"),
    "no_label": ("There is no label.", "没有标签。"),
    "prompt_missing": ("The preference row has no prompt.", "偏好数据没有提问。"),
    "template_token": ("A chat template's token stands in the text.", "文本里有对话模板的特殊标记。"),
    "open_fence": ("A code fence is opened and never closed.", "代码块只开不闭。"),
    "open_think": ("A <think> and its </think> don't match.", "<think> 与 </think> 不成对。"),
    "too_many_chars": ("The row is longer than max_chars.", "超过了 max_chars。"),
    "too_many_tokens": ("The row is longer than max_tokens.", "超过了 max_tokens。"),
}

DEDUP: dict[str, tuple[str, str]] = {
    "no_family": (
        "No such column here; the row's family is its prompt.",
        "这一行没有指定家族的列，改按提问划分。",
    ),
    "duplicate": (
        "The same content stands earlier; its place is kept in the keeper's meta.",
        "前面已有相同内容；出处并入保留的那一行。",
    ),
    "same_prompt_other_answer": ("The same prompt has another answer elsewhere.", "同一提问在别处有不同回答。"),
}
