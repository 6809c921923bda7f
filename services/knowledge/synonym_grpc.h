// SynonymService on the wire.
#pragma once

#include "hotline/knowledge/v1/synonym_service.grpc.pb.h"
#include "services/knowledge/synonym_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge {

class SynonymServiceGrpc final : public v1::SynonymService::CallbackService {
 public:
  // Both must outlive the server.
  SynonymServiceGrpc(SynonymService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetSynonymSet(grpc::CallbackServerContext* context,
                                          const v1::GetSynonymSetRequest* request,
                                          v1::SynonymSet* response) override;
  grpc::ServerUnaryReactor* ListSynonymSets(grpc::CallbackServerContext* context,
                                            const v1::ListSynonymSetsRequest* request,
                                            v1::ListSynonymSetsResponse* response) override;
  grpc::ServerUnaryReactor* CreateSynonymSet(grpc::CallbackServerContext* context,
                                             const v1::CreateSynonymSetRequest* request,
                                             v1::SynonymSet* response) override;
  grpc::ServerUnaryReactor* UpdateSynonymSet(grpc::CallbackServerContext* context,
                                             const v1::UpdateSynonymSetRequest* request,
                                             v1::SynonymSet* response) override;
  grpc::ServerUnaryReactor* DeleteSynonymSet(grpc::CallbackServerContext* context,
                                             const v1::DeleteSynonymSetRequest* request,
                                             v1::DeleteSynonymSetResponse* response) override;

 private:
  SynonymService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge
