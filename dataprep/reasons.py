"""What every reason in the ledger means, one sentence each, in English and Chinese."""

from dataprep.files.faults import FAULTS

_READ_ZH: dict[str, str] = {
    "invalid_json": "这一行（或数组元素）不是合法的 JSON。",
    "truncated_line": "文件在这一行中间就结束了。",
    "stream_truncated": "压缩流提前结束；此前的行已读入。",
    "stream_damaged": "文件从这里起损坏；此前的行已读入。",
    "not_utf8": "这一行含有不是 UTF-8 的字节。若每一行都如此，请设置该来源的 encoding。",
    "not_ENCODING": "这一行含有该编码（见原因名）无法解读的字节。",
    "nul_byte": "这一行含有 NUL 字节。",
    "control_byte": "这一行含有未转义的控制字符。",
    "lone_surrogate": "只有半个代理对，不是任何字符。",
    "not_finite": "含有 NaN、Infinity 或超出双精度范围的数。",
    "duplicate_key": "同一个键出现了两次。",
    "line_too_long": "这一行超过了该来源的 max_line_bytes。",
    "too_deep": "JSON 嵌套超过 250 层。",
    "not_object": "是合法 JSON，但不是对象。",
    "ragged_row": "这一行的单元格数与表头不符。",
    "unbalanced_quote": "引号只开不闭，或闭合后还有内容。",
    "no_header": "表头无法读取，列没有名字；其下各行未读。",
    "bytes_cell": "单元格里是字节，不是文本。",
    "cell_error": "单元格是错误值，如 #DIV/0!。",
    "unreadable_cell": "单元格的值无法写成 JSON。",
    "unreadable_file": "系统或文件自身的格式不允许读取。",
    "unsupported_file": "不读取这类文件；原因随后。",
    "no_conversation": "这条消息没有会话编号。",
    "no_time": "对话中有消息的时间缺失或无法识别，整段对话未读入。",
    "no_content": "对话中有空消息，整段对话未读入。",
    "unknown_speaker": "对话中有发言人不在该来源的 chat.roles 里，整段对话未读入。",
}

READ: dict[str, tuple[str, str]] = {code: (sentence, _READ_ZH[code]) for code, sentence in FAULTS.items()}

CONVERT: dict[str, tuple[str, str]] = {
    "missing_instruction": ("There is no instruction or prompt.", "没有指令或提问。"),
    "missing_answer": ("There is no answer.", "没有回答。"),
    "missing_rejected": ("There is no rejected answer.", "没有被拒绝的回答。"),
    "missing_conversation": ("There is no conversation.", "没有对话。"),
    "missing_content": ("A turn has no content.", "某一轮没有内容。"),
    "empty_conversation": ("The conversation has no turns.", "对话没有任何一轮。"),
    "no_turns": ("The text holds no turns.", "文本里没有对话轮次。"),
    "unknown_role": ("A role that no list of roles knows.", "不认识的角色名。"),
    "not_text": ("Something else stands where text belongs.", "该是文本的地方不是文本。"),
    "not_an_object": ("The row is not an object with columns.", "这一行不是带列名的对象。"),
    "several_answers": ("The output is a list of several answers.", "输出是多个回答的列表。"),
    "unsupported_kind": ("A kind of example that no record holds.", "没有对应记录类型的样本。"),
    "unsupported_part": ("A content part that no field takes.", "没有字段能容纳的内容片段。"),
    "part_order": (
        "Content parts in another order than reasoning, text, tool call.",
        "内容片段的顺序不是推理、文本、工具调用。",
    ),
    "bad_tool_call": ("The tool call can't be read.", "工具调用无法解析。"),
    "bad_tools": ("The tool list can't be read.", "工具列表无法解析。"),
    "bad_history": ("The history is not a list of question and answer.", "历史不是一问一答的列表。"),
    "bad_json": ("A stored value is not valid JSON.", "存储的值不是合法 JSON。"),
    "bad_label": ("The label is neither true nor false.", "标签既不是真也不是假。"),
    "bad_weight": ("A turn's weight is not a number from 0 to 1.", "权重不是 0 到 1 的数。"),
    "bad_turn": ("A turn is not an object with role and content.", "某一轮不是带角色和内容的对象。"),
    "bad_messages": ("The messages are not a list of turns.", "messages 不是轮次列表。"),
    "bad_answer": ("The answer is not an assistant's turn.", "回答不是助手的发言。"),
    "bad_transcript": (
        "The text is not a transcript of Human and Assistant.",
        "文本不是 Human 与 Assistant 的对话记录。",
    ),
    "bad_side_field": ("The column _lost can't be read back.", "_lost 列无法还原。"),
    "no_common_prompt": ("Chosen and rejected share no prompt.", "chosen 与 rejected 没有共同的提问。"),
    "text_before_first_turn": ("Text stands before the first turn.", "第一轮之前有多余文本。"),
    "openai_fields": ("The row lacks OpenAI's preference fields.", "缺少 OpenAI 偏好数据的字段。"),
    "unknown_format": (
        "No format fits these rows; the recipe has to name one.",
        "没有格式能读这些行；请在配方里指明。",
    ),
    "other_format": ("The row was read as another format than its file.", "这一行按另一种格式读入。"),
    "other_columns": ("The row was read with other columns than its file.", "这一行按另外的列读入。"),
    "media_kept_in_meta": (
        "The row speaks of images, audio or video; what came with it stands in meta.",
        "这一行涉及图片、音频或视频；随附内容存入 meta。",
    ),
}

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
"""What training does with rows; its ledger stands beside the model."""

REASONS: dict[str, tuple[str, str]] = {**READ, **CONVERT, **CLEAN, **VALIDATE, **DEDUP, **TRAIN}


def reason_sentence(reason: str, lang: str = "en") -> str:
    """The sentence of a reason in a language (`en` or `zh`); "" for a reason without one."""
    if reason.startswith("would_lose_"):
        part = reason.removeprefix("would_lose_")
        return f"这种格式写不下 {part}。" if lang == "zh" else f"This format can't express {part}."
    if reason.startswith("not_") and reason not in REASONS:
        reason = "not_ENCODING"  # not_gb18030, not_big5 ...
    sentences = REASONS.get(reason)
    return sentences[lang == "zh"] if sentences else ""
