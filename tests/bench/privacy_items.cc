#include "tests/bench/privacy_items.h"

#include <array>
#include <iterator>

namespace hotline::bench {
namespace {

using text::PersonalKind;
using Words = std::vector<std::string_view>;

// Splits UTF-8 into characters.
std::vector<std::string> Characters(std::string_view text) {
  std::vector<std::string> characters;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) characters.emplace_back();
    characters.back() += c;
  }
  return characters;
}

const std::vector<std::string>& Surnames() {
  static const auto& names = *new std::vector<std::string>(
      Characters("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
                 "苏卢蒋蔡贾丁魏薛叶阎余潘"
                 "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
                 "易常武乔贺赖龚文"));
  return names;
}
const std::vector<std::string>& Given() {
  static const auto& names = *new std::vector<std::string>(
      Characters("伟芳娜敏静秀丽强磊军洋艳勇杰娟涛超霞平刚桂英华玉萍红玲芬燕彩春菊兰凤洁梅琳素云莲"
                 "真环雪荣爱妹香月莺媛瑞凡"
                 "佳嘉琼勤珍贞莉丹妮茹雁蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬"
                 "茗羽希宁欣飘育滢馥筠柔竹"
                 "霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思建国志明永健世广义兴良海山仁波贵福生龙元全"
                 "胜学祥才发武新利清飞彬富顺"
                 "信子浩然轩宇辰博文昊天睿涵雨桐梓萱诗怡俊豪振刚鹏程家骏立辉庆松柏"));
  return names;
}

std::string FullWidth(std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) {
    const unsigned point = 0xFF01U + static_cast<unsigned>(c) - 0x21U;
    if (c < 0x21 || c > 0x7E) {
      wide += c;
      continue;
    }
    wide += static_cast<char>(0xE0U | (point >> 12U));
    wide += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    wide += static_cast<char>(0x80U | (point & 0x3FU));
  }
  return wide;
}

// Digits as they are read out: 幺洞 when `spoken`.
std::string Hanzi(std::string_view digits, bool spoken) {
  constexpr std::array<std::string_view, 10> kPlain = {"零", "一", "二", "三", "四",
                                                       "五", "六", "七", "八", "九"};
  constexpr std::array<std::string_view, 10> kSpoken = {"洞", "幺", "两", "三", "四",
                                                        "五", "六", "拐", "八", "九"};
  std::string words;
  for (const char c : digits) {
    const bool digit = c >= '0' && c <= '9';
    if (digit) words += (spoken ? kSpoken : kPlain)[static_cast<size_t>(c - '0')];
    if (!digit) words += c;
  }
  return words;
}

std::string Circled(std::string_view digits) {
  constexpr std::array<std::string_view, 10> kCircled = {"⓪", "①", "②", "③", "④",
                                                         "⑤", "⑥", "⑦", "⑧", "⑨"};
  std::string words;
  for (const char c : digits)
    words += c >= '0' && c <= '9' ? std::string(kCircled[static_cast<size_t>(c - '0')])
                                  : std::string(1, c);
  return words;
}

std::string Grouped(std::string_view digits, const std::vector<size_t>& lengths,
                    std::string_view separator) {
  std::string grouped;
  size_t at = 0;
  for (const size_t length : lengths) {
    if (at >= digits.size()) break;
    if (at > 0) grouped += separator;
    grouped += digits.substr(at, length);
    at += length;
  }
  if (at < digits.size()) {
    grouped += separator;
    grouped += digits.substr(at);
  }
  return grouped;
}

const Words kGaps = {" ", "-", "·", ".", "—", "  ", " - ", "，", "、", "/", "　", "_"};

std::string TwoDigits(size_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

std::string IdNumber(Dice& dice, bool old) {
  const Words regions = {"440306", "430102", "110105", "310115", "510104", "330106",
                         "420111", "610113", "350203", "210102", "370102", "410105",
                         "500103", "340104", "520102", "650102"};
  std::string id = dice.Of(regions);
  const std::string year = std::to_string(1930 + dice.Below(90));
  id += old ? year.substr(2) : year;
  if (old && year[0] == '2') id.replace(6, 2, "68");
  id += TwoDigits(1 + dice.Below(12)) + TwoDigits(1 + dice.Below(28)) + dice.Digits(3);
  if (old) return id;
  constexpr std::array kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += (id[i] - '0') * kWeights[i];
  return id + "10X98765432"[sum % 11];
}

std::string WriteId(Dice& dice) {
  const std::string id = IdNumber(dice, dice.Below(8) == 0);
  std::string lower = id;
  if (lower.back() == 'X') lower.back() = 'x';
  switch (dice.Below(9)) {
    case 0:
      return lower;
    case 1:
      return Grouped(id, {6, 8, 4}, dice.Of(kGaps));
    case 2:
      return Grouped(id, {4, 4, 4, 4, 2}, " ");
    case 3:
      return FullWidth(id);
    case 4:
      return Hanzi(id, false);
    case 5:
      return Grouped(id, {6, 4, 2, 2, 4}, "-");
    case 6:
      return Grouped(id, {3, 3, 4, 4, 4}, " ");
    default:
      return id;
  }
}

std::string MobileDigits(Dice& dice) {
  const Words heads = {"130", "131", "133", "135", "136", "137", "138", "139", "150", "151",
                       "152", "155", "158", "159", "166", "173", "177", "180", "181", "185",
                       "186", "187", "188", "189", "191", "198", "199", "147"};
  return dice.Of(heads) + dice.Digits(8);
}

std::string WriteMobile(Dice& dice) {
  const std::string mobile = MobileDigits(dice);
  switch (dice.Below(18)) {
    case 0:
      return Grouped(mobile, {3, 4, 4}, dice.Of(kGaps));
    case 1:
      return "+86" + mobile;
    case 2:
      return "+86 " + Grouped(mobile, {3, 4, 4}, " ");
    case 3:
      return "0086" + mobile;
    case 4:
      return "86-" + mobile;
    case 5:
      return FullWidth(mobile);
    case 6:
      return Hanzi(mobile, false);
    case 7:
      return Hanzi(mobile, true);
    case 8:
      return Grouped(mobile, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, " ");
    case 9:
      return Hanzi(mobile.substr(0, 3), false) + mobile.substr(3);
    case 10:
      return mobile.substr(0, 7) + Hanzi(mobile.substr(7), false);
    case 11:
      return Grouped(mobile, {4, 4, 3}, dice.Of(kGaps));
    case 12:
      return Circled(mobile);
    case 13:
      return mobile.substr(0, 5) + "\u200B" + mobile.substr(5);
    case 14:
      return "(+86)" + mobile;
    case 15:
      return Grouped(Hanzi(mobile, false), {9, 12, 12}, " ");
    default:
      return mobile;
  }
}

Item WriteLandline(Dice& dice) {
  const Words codes4 = {"0755", "0731", "0591", "0757", "0571", "0532", "0991", "0898", "0871"};
  const Words codes3 = {"010", "021", "020", "022", "023", "024", "025", "027", "028", "029"};
  const std::string code = dice.Below(3) == 0 ? dice.Of(codes3) : dice.Of(codes4);
  const size_t length = code.size() == 3 || dice.Below(3) > 0 ? 8 : 7;
  const std::string own =
      std::string(1, static_cast<char>('2' + dice.Below(7))) + dice.Digits(length - 1);
  const std::string ext = dice.Digits(3 + dice.Below(2));
  switch (dice.Below(14)) {
    case 0:
      return {"", code + own, ""};
    case 1:
      return {"", "(" + code + ")" + own, ""};
    case 2:
      return {"", "（" + code + "）" + own, ""};
    case 3:
      return {"", code + " " + own, ""};
    case 4:
      return {"", code + "-" + own + "-" + ext, ""};
    case 5:
      return {"", code + "-" + own + "转" + ext, ""};
    case 6:
      return {"", code + "-" + own + "转分机" + ext, ""};
    case 7:
      return {"", FullWidth(code + "-" + own), ""};
    case 8:
      return {"", Hanzi(code + own, false), ""};
    case 9:
      return {"", "+86-" + code.substr(1) + "-" + own, ""};
    case 10:
      return {"座机", own, ""};
    case 11:
      return {"电话：", own, ""};
    case 12:
      return {"", code + "-" + Grouped(own, {4, 4}, " "), ""};
    default:
      return {"", code + "-" + own, ""};
  }
}

std::string WriteCard(Dice& dice) {
  const Words heads = {"622202", "621700", "622848", "621661", "622588", "622155", "436742",
                       "456351", "520082", "621483", "623668", "955880", "601382"};
  std::string card = dice.Of(heads);
  const bool debit = card[0] == '6' || card[0] == '9';
  card += dice.Digits((debit && dice.Below(3) > 0 ? 19 : 16) - 1 - card.size());
  int sum = 0;
  bool twice = true;
  for (size_t i = card.size(); i-- > 0; twice = !twice) {
    const int digit = card[i] - '0';
    sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  card += static_cast<char>('0' + (10 - sum % 10) % 10);
  switch (dice.Below(7)) {
    case 0:
      return Grouped(card, {4, 4, 4, 4, 4}, " ");
    case 1:
      return Grouped(card, {4, 4, 4, 4, 4}, "-");
    case 2:
      return FullWidth(card);
    case 3:
      return Grouped(card, {6, 13}, " ");
    case 4:
      return Grouped(card, {4, 4, 4, 4, 4}, "  ");
    case 5:
      return Hanzi(card, false);
    default:
      return card;
  }
}

std::string WritePlate(Dice& dice) {
  const Words provinces = {"粤", "京", "沪", "湘", "苏", "浙", "川",
                           "鄂", "鲁", "豫", "渝", "闽", "赣", "皖"};
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
  const auto letter = [&] { return std::string(1, kLetters[dice.Below(kLetters.size())]); };
  const std::string head = dice.Of(provinces);
  const std::string city = letter();
  const std::string tail = dice.Below(2) == 0 ? dice.Digits(5) : letter() + dice.Digits(4);
  switch (dice.Below(13)) {
    case 0:
      return head + city + "·" + tail;
    case 1:
      return head + city + "D" + dice.Digits(5);
    case 2:
      return head + city + dice.Digits(4) + "学";
    case 3:
      return head + city + dice.Digits(4) + "警";
    case 4:
      return head + city + " " + tail;
    case 5:
      return head + city + "-" + tail;
    case 6:
      return head + std::string(1, static_cast<char>(city[0] + 32)) + tail;
    case 7:
      return head + "Z" + dice.Digits(4) + (dice.Below(2) == 0 ? "港" : "澳");
    case 8:
      return FullWidth(head + city + tail);
    case 9:
      return head + city + dice.Digits(4) + "挂";
    case 10:
      return head + " " + city + " " + tail;
    case 11:
      return head + city + dice.Digits(2) + letter() + dice.Digits(2);
    default:
      return head + city + tail;
  }
}

std::string WriteEmail(Dice& dice) {
  const Words locals = {"zhang.san", "li_si88", "wangwu2019",   "liu-yang",
                        "chenmm",    "a.b.c",   "hotmail_user", "Zhou+ask"};
  const Words domains = {"163.com",     "qq.com",           "126.com",    "gmail.com",
                         "sina.com.cn", "mail.sysu.edu.cn", "outlook.com"};
  const std::string local = dice.Of(locals) + dice.Digits(2);
  const std::string domain = dice.Of(domains);
  switch (dice.Below(8)) {
    case 0:
      return local + "＠" + domain;
    case 1:
      return local + " @ " + domain;
    case 2:
      return local + "艾特" + domain;
    case 3:
      return FullWidth(local + "@" + domain);
    case 4:
      return dice.Digits(9) + "@qq.com";
    case 5:
      return local + "(at)" + domain;
    default:
      return local + "@" + domain;
  }
}

Item WriteAddress(Dice& dice) {
  const Words regions = {"深圳市福田区", "A市A3区", "广东省广州市天河区", "长沙市岳麓区",
                         "福州市鼓楼区", "",        "宝安区西乡街道",     "朝阳区"};
  const Words roads = {"人民路",   "解放大道", "深南中路", "芙蓉中路",   "五一大街",
                       "建设二路", "桃花巷",   "福华三路", "和平里西街", "东风东路"};
  const Words communities = {"金地花园", "阳光小区", "万科城市花园", "米兰春天", "翡翠湾",
                             "书香门第", "梅林一村", "碧桂园",       "御景苑",   "幸福家园"};
  const Words villages = {"桃源村", "上梅村", "李家庄", "白石洲村"};
  const std::string n = std::to_string(1 + dice.Below(30));
  const std::string unit = std::to_string(1 + dice.Below(5));
  const std::string room =
      std::to_string(1 + dice.Below(28)) + "0" + std::to_string(1 + dice.Below(8));
  const std::string door = std::to_string(1 + dice.Below(400));
  const std::string place = dice.Of(communities);
  const std::string road = dice.Of(roads);
  const std::string region = dice.Of(regions);
  const Words cues = {"我住在", "家住", "地址：", "住址是", "地址在", "我家在"};
  const std::string cue = dice.Of(cues);
  switch (dice.Below(20)) {
    case 0:
      return {cue + region, road + door + "号" + place + n + "栋" + unit + "单元" + room, ""};
    case 1:
      return {cue + region, road + door + "号" + n + "栋" + room, ""};
    case 2:
      return {cue + region, place + n + "栋" + room + "室", ""};
    case 3:
      return {cue + region, place + n + "号楼" + unit + "单元" + room + "室", ""};
    case 4:
      return {cue + region, road + door + "号", ""};
    case 5:
      return {cue + region, place + n + "-" + unit + "-" + room, ""};
    case 6:
      return {cue, place + "A座" + room, ""};
    case 7:
      return {cue + region, road + door + "弄" + n + "号" + room + "室", ""};
    case 8:
      return {cue + region, dice.Of(villages) + unit + "组" + n + "号", ""};
    case 9:
      return {cue + region, FullWidth(road + door) + "号" + FullWidth(n) + "栋" + FullWidth(room),
              ""};
    case 10:
      return {cue + region,
              place + Hanzi(unit, false) + "栋" + Hanzi(unit, false) + "单元" + Hanzi(room, false) +
                  "室",
              ""};
    case 11:
      return {cue + region, road + " " + door + " 号 " + n + " 栋 " + room + " 室", ""};
    case 12:
      return {cue + region, place + n + "幢" + room, ""};
    case 13:
      return {region, place + n + "栋" + unit + "单元" + room, "漏水"};
    case 14:
      return {region, road + door + "号" + room + "房", "的住户"};
    case 15:
      return {cue + region, place + n + "#" + room, ""};
    case 16:
      return {cue + region, road + "甲" + n + "号院" + unit + "号楼" + room, ""};
    case 17:
      return {region, place + "二期" + n + "栋" + room + "号房", "的业主"};
    case 18:
      return {cue + region, dice.Of(villages) + n + "号", ""};
    default:
      return {cue + region, place + n + "座" + unit + "层" + room, ""};
  }
}

Item WriteName(Dice& dice) {
  const std::string name = MakeName(dice);
  const Words foreign = {"阿依古丽·买买提", "迪丽热巴·艾力", "古丽娜尔·热合曼", "巴特尔·朝鲁"};
  switch (dice.Below(28)) {
    case 0:
      return {"我叫", name, "，"};
    case 1:
      return {"我叫", name, "我想问一下"};
    case 2:
      return {"我是", name, "，"};
    case 3:
      return {"姓名：", name, "，"};
    case 4:
      return {"姓名:", name, " "};
    case 5:
      return {"联系人", name, "，"};
    case 6:
      return {"联系人：", name, "；"};
    case 7:
      return {"患者", name, "，"};
    case 8:
      return {"本人", name, "，"};
    case 9:
      return {"", name, "先生反映"};
    case 10:
      return {"请联系", name, "女士，"};
    case 11:
      return {"我儿子", name, "今年上小学，"};
    case 12:
      return {"申请人为", name, "，"};
    case 13:
      return {"投诉人：", name, "，"};
    case 14:
      return {"我妈妈叫", name, "，"};
    case 15:
      return {"姓名", name, " 电话咨询，"};
    case 16:
      return {"我叫", dice.Of(foreign), "，"};
    case 17:
      return {"我老公", name, "在工地受伤，"};
    case 18:
      return {"我的名字叫", name, "，"};
    case 19:
      return {"你好，我是", name, "。"};
    case 20:
      return {"户主", name, "已去世，"};
    case 21:
      return {"收款人：", name, "\n"};
    case 22:
      return {"我叫", name, "身份证丢了，"};
    case 23:
      return {"本人叫", name, "家在农村，"};
    case 24:
      return {"联系人是", name, "，"};
    case 25:
      return {"孩子姓名：", name, "，"};
    case 26:
      return {"业主", name, "投诉物业，"};
    default:
      return {"我名叫", name, "，"};
  }
}

Item WriteOther(Dice& dice) {
  switch (dice.Below(13)) {
    case 0:
      return {"护照号", "E" + dice.Digits(8), ""};
    case 1:
      return {"护照号码是", "G" + dice.Digits(8), ""};
    case 2:
      return {"护照", "EA" + dice.Digits(7), ""};
    case 3:
      return {"港澳通行证号：", "C" + dice.Digits(8), ""};
    case 4:
      return {"回乡证", "H" + dice.Digits(8), ""};
    case 5:
      return {"台胞证号", dice.Digits(8), ""};
    case 6:
      return {"军官证", "军字第" + dice.Digits(7), "号"};
    case 7:
      return {"微信号", "wxid_" + dice.Digits(5) + "ab", ""};
    case 8:
      return {"加我微信：", "zhang" + dice.Digits(4), ""};
    case 9:
      return {"QQ：", std::string(1, dice.Digit('1')) + dice.Digits(8), ""};
    case 10:
      return {"台湾身份证", "A1" + dice.Digits(8), ""};
    case 11:
      return {"香港身份证", "R" + dice.Digits(6) + "(" + dice.Digits(1) + ")", ""};
    default:
      return {"社保卡号", dice.Digits(10), ""};
  }
}

}  // namespace

std::string MakeName(Dice& dice) {
  const Words compound = {"欧阳", "司马", "上官", "诸葛", "慕容",
                          "皇甫", "尉迟", "司徒", "令狐", "夏侯"};
  const std::string surname = dice.Below(20) == 0 ? dice.Of(compound) : dice.Of(Surnames());
  std::string name = surname + dice.Of(Given());
  if (dice.Below(10) < 7) name += dice.Of(Given());
  return name;
}

Item MakeItem(PersonalKind kind, Dice& dice) {
  switch (kind) {
    case PersonalKind::kIdNumber:
      return {"", WriteId(dice), ""};
    case PersonalKind::kMobile:
      return {"", WriteMobile(dice), ""};
    case PersonalKind::kLandline:
      return WriteLandline(dice);
    case PersonalKind::kBankCard:
      return {"", WriteCard(dice), ""};
    case PersonalKind::kPlate:
      return {"", WritePlate(dice), ""};
    case PersonalKind::kEmail:
      return {"", WriteEmail(dice), ""};
    case PersonalKind::kAddress:
      return WriteAddress(dice);
    case PersonalKind::kPersonName:
      return WriteName(dice);
    case PersonalKind::kOtherDocument:
      return WriteOther(dice);
  }
  return {};
}

}  // namespace hotline::bench
