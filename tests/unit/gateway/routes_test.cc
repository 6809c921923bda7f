#include "services/gateway/routes.h"

#include "gtest/gtest.h"

#include "hotline/config/v1/config.pb.h"

namespace hotline::gateway {
namespace {

config::v1::GatewayConfig With(std::initializer_list<const char*> backends) {
  config::v1::GatewayConfig config;
  for (const char* backend : backends) config.add_backends(backend);
  return config;
}

TEST(Routes, TheLongestPrefixWinsAndTheRestGoesToTheStandardProcess) {
  const auto standard = Connect("127.0.0.1:1");
  const auto config =
      With({"hotline.knowledge.v1=127.0.0.1:2", "hotline.knowledge.v1.SheetService=127.0.0.1:3"});
  const auto routes = Routes::Of(standard, config.backends());
  ASSERT_TRUE(routes.ok());
  const auto& knowledge = routes->ChannelFor("/hotline.knowledge.v1.FactService/GetFact");
  const auto& sheets = routes->ChannelFor("/hotline.knowledge.v1.SheetService/ExportSheet");
  EXPECT_NE(knowledge, standard);
  EXPECT_NE(sheets, standard);
  EXPECT_NE(sheets, knowledge);
  EXPECT_EQ(routes->ChannelFor("/hotline.answer.v1.AnswerService/Ask"), standard);
  // A prefix ends where a name ends.
  EXPECT_EQ(routes->ChannelFor("/hotline.knowledge.v12.FactService/GetFact"), standard);
}

TEST(Routes, WhatIsNoRouteIsRefusedByName) {
  for (const char* wrong : {"hotline.knowledge.v1", "=127.0.0.1:2", "hotline.knowledge.v1="}) {
    const auto routes = Routes::Of(Connect("127.0.0.1:1"), With({wrong}).backends());
    ASSERT_FALSE(routes.ok()) << wrong;
    EXPECT_NE(routes.status().message().find("服务名前缀=地址"), std::string::npos);
  }
}

}  // namespace
}  // namespace hotline::gateway
