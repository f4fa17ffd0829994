"""What a rule for web text found."""

REASONS: dict[str, tuple[str, str]] = {
    "web_dup_lines": ("Too many lines are repeated.", "重复的行过多。"),
    "web_dup_paragraphs": ("Too many paragraphs are repeated.", "重复的段落过多。"),
    "web_dup_line_chars": ("Repeated lines make up too much of the text.", "重复行的字数占比过高。"),
    "web_dup_paragraph_chars": ("Repeated paragraphs make up too much of the text.", "重复段落的字数占比过高。"),
    **{
        f"web_top_{n}gram": (
            f"The most frequent phrase of {n} words takes up too much.",
            f"最常见的 {n} 词短语占比过高。",
        )
        for n in (2, 3, 4)
    },
    **{
        f"web_dup_{n}gram": (f"Phrases of {n} words are repeated too much.", f"{n} 词短语重复过多。")
        for n in range(5, 11)
    },
    "web_few_words": ("The text has few words.", "文本词数太少。"),
    "web_many_words": ("The text has very many words.", "文本词数太多。"),
    "web_short_words": ("Its words are unusually short.", "词的平均长度过短。"),
    "web_long_words": ("Its words are unusually long.", "词的平均长度过长。"),
    "web_hashes": ("Number signs take the place of words.", "“#”号过多。"),
    "web_ellipses": ("Ellipses take the place of words.", "省略号过多。"),
    "web_bullet_lines": ("Nearly every line is a bullet point.", "几乎每行都是列表项。"),
    "web_ellipsis_lines": ("Too many lines break off in an ellipsis.", "以省略号结尾的行过多。"),
    "web_alpha_words": ("Numbers and marks take the place of words.", "数字和符号过多，文字过少。"),
    "web_stop_words": ("The most common words of its language are missing.", "缺少该语言最常用的词。"),
    "web_ended_lines": ("Hardly any line ends with a mark.", "几乎没有一行以句末标点结尾。"),
    "web_short_lines": ("Most lines are short.", "短行过多。"),
    "web_repeated_lines": ("Some lines are repeated.", "有重复的行。"),
    "web_newlines": ("There are many line breaks for few words.", "换行过多，文字过少。"),
    "web_sentences": ("The text has few sentences.", "文本句子太少。"),
    "web_policy_lines": ("A line is about cookies, terms or copyright.", "有关于 Cookie、条款或版权的行。"),
    "web_curly_bracket": ("There is a curly bracket, as in code.", "含有花括号，可能是代码。"),
    "web_lorem_ipsum": ("The text holds filler: lorem ipsum.", "含有占位文字 lorem ipsum。"),
    "web_no_javascript": ("The text is a page's call to turn JavaScript on.", "是网页要求启用 JavaScript 的提示。"),
}
