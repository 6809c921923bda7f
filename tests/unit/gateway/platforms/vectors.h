// Published examples of the platform: keys, stamps, texts and what must come of them.
#pragma once

#include <string>

namespace hotline::gateway::platforms {

// The page "消息推送" of WeChat's documentation: data format JSON.
struct PushExample {
  std::string token = "AAAAA";
  std::string aes_key = std::string(43, 'A');
  std::string app_id = "wxba5fad812f8e6fb9";

  // GET, the check of the address.
  std::string get_timestamp = "1714036504";
  std::string get_nonce = "1514711492";
  std::string get_echo = "4375120948345356249";
  std::string get_signature = "f464b24fc39322e44b38aa78f5edd27bd1441696";

  // POST without encryption.
  std::string post_timestamp = "1714037059";
  std::string post_nonce = "486452656";
  std::string post_signature = "899cf89e464efb63f54ddac96b0a0a235f53aa78";

  // POST with encryption. Its padding has 19 bytes, which padding to 16 never has.
  std::string sealed_timestamp = "1714112445";
  std::string sealed_nonce = "415670741";
  std::string sealed =
      "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
      "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
      "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
      "OBrebufAlr7F9mFUPAJGj04=";
  std::string sealed_signature = "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3";
  std::string opened =
      "{\"ToUserName\":\"gh_97417a04a28d\",\"FromUserName\":\"o9AgO5Kd5ggOC-bXrbNODIiE3bGY\","
      "\"CreateTime\":1714112445,\"MsgType\":\"event\",\"Event\":\"debug_demo\","
      "\"debug_str\":\"hello world\"}";

  // A reply.
  std::string reply_timestamp = "1713424427";
  std::string reply_nonce = "415670741";
  std::string reply_random = "707722b803182950";
  std::string reply = "{\"demo_resp\":\"good luck\"}";
  std::string reply_sealed =
      "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==";
  std::string reply_signature = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1";
};

// The sample of 2014: data format XML, and a key whose last character has bits to spare.
struct SampleOf2014 {
  std::string token = "weixin";
  std::string aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  std::string app_id = "wxbad0b45542aa0b5e";
  std::string timestamp = "1414243737";
  std::string nonce = "1792106704";
  std::string signature = "35703636de2f9df2a77a662b68e521ce17c34db4";
  std::string sealed_signature = "6147984331daf7a1a9eed6e0ec3ba69055256154";
  std::string sealed =
      "MNn4+jJ/VsFh2gUyKAaOJArwEVYCvVmyN0iXzNarP3O6vXzK62ft1/KG2/XPZ4y5bPWU/jfIfQxODRQ7sLkUsrDRqsWi"
      "muhIT8Eq+w4E/28m+XDAQKEOjWTQIOp1p6kNsIV1DdC3B+AtcKcKSNAeJDr7x7GHLx5DZYK09qQsYDOjP6R5NqebFjKt"
      "/NpEl/GU3gWFwG8LCtRNuIYdK5axbFSfmXbh5CZ6Bk5wSwj5fu5aS90cMAgUhGsxrxZTY562QR6c+3ydXxb+GHI5w+qA"
      "+eqJjrQqR7u5hS+1x5sEsA7vS+bZ5LYAR3+PZ243avQkGllQ+rg7a6TeSGDxxhvLw+mxxinyk88BNHkJnyK//hM1k9Pu"
      "vuLAASdaud4vzRQlAmnYOslZl8CN7gjCjV41skUTZv3wwGPxvEqtm/nf5fQ=";
};

}  // namespace hotline::gateway::platforms
