"""What personal data or secret was found."""

REASONS: dict[str, tuple[str, str]] = {
    "pii_cn_mobile": ("A Chinese mobile number.", "手机号。"),
    "pii_cn_landline": ("A Chinese landline number.", "座机号。"),
    "pii_cn_id": ("A Chinese ID number.", "身份证号。"),
    "pii_cn_passport": ("A Chinese passport number.", "护照号。"),
    "pii_uscc": ("A unified social credit code.", "统一社会信用代码。"),
    "pii_plate": ("A Chinese licence plate.", "车牌号。"),
    "pii_bank_card": ("A bank card number.", "银行卡号。"),
    "pii_iban": ("An IBAN.", "国际银行账号（IBAN）。"),
    "pii_us_ssn": ("A US social security number.", "美国社会安全号。"),
    "pii_us_phone": ("A North American telephone number.", "北美电话号码。"),
    "pii_wechat": ("A WeChat ID.", "微信号。"),
    "pii_qq": ("A QQ number.", "QQ 号或群号。"),
    "pii_email": ("An e-mail address.", "邮箱地址。"),
    "pii_ip": ("An IP address.", "IP 地址。"),
    "pii_address": ("What looks like a postal address.", "疑似住址或通信地址。"),
    "pii_api_key": ("An API key or token.", "API 密钥或令牌。"),
    "pii_private_key": ("A private key.", "私钥。"),
}
