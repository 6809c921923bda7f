// The options that reads of answers share.
#pragma once

#include <memory>
#include <string>

#include "clients/cli/context.h"

namespace hotline::cli {

// Who asks, from where, and for what form.
struct ReadingOptions {
  std::string channel = "AGENT";
  std::string region;
  std::string language = "ZH_CN";
  std::string rendering;
  std::string at_least;

  void AddTo(CLI::App* command) {
    command->add_option("-c,--channel", channel, "渠道：AGENT、WEB、WECHAT、SMS、IVR、API …")
        ->capture_default_str();
    command->add_option("-r,--region", region, "区划代码（GB/T 2260，六位），如 440305");
    command->add_option("--language", language, "语言：ZH_CN、ZH_TW、EN")->capture_default_str();
    command->add_option("--rendering", rendering, "形式：BLOCKS、HTML、PLAIN；默认随渠道");
    command->add_option("--at-least", at_least, "一致性标记：结果不得旧于它");
  }

  template <typename Request>
  absl::Status Fill(Request& request) const {
    ASSIGN_OR_RETURN(const auto parsed_channel, ParseChannel(channel));
    request.set_channel(parsed_channel);
    request.set_region(region);
    if constexpr (requires { request.set_language(type::v1::EN); }) {
      ASSIGN_OR_RETURN(const auto parsed_language, ParseLanguage(language));
      request.set_language(parsed_language);
      answer::v1::Rendering value = answer::v1::RENDERING_UNSPECIFIED;
      if (!rendering.empty() && !answer::v1::Rendering_Parse(rendering, &value)) {
        return FieldInvalid("rendering", rendering, "可用的值：BLOCKS、HTML、PLAIN。");
      }
      request.set_rendering(value);
    }
    if constexpr (requires { request.mutable_consistency(); }) {
      if (!at_least.empty()) request.mutable_consistency()->set_at_least_token(at_least);
    }
    return absl::OkStatus();
  }
};

void AddSearchCommands(CLI::App& app, Context& context);  // search, assist; of the answer commands

}  // namespace hotline::cli
