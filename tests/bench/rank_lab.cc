#pragma GCC diagnostic ignored "-Wconversion"
// rank_lab OUT SPEC...: dumps features. SPEC = name|corpus|queries|keep(all/answers/ids:FILE)|max
#include <cstdio>
#include <set>
#include <map>
#include <fstream>
#include <ctime>
#include <unordered_set>
#include <algorithm>
#include "services/answer/index/features.h"
#include "services/answer/index/first_stage.h"
#include "services/answer/index/fold.h"
#include "tests/bench/search_data.h"
using namespace hotline::answer::index; using namespace hotline::bench;
int main(int argc,char**argv){
  FILE* out=fopen(argv[1],"wb");
  std::map<std::string,std::vector<Row>> corpora;
  for(int i=2;i<argc;++i){
    std::vector<std::string> p; std::string s=argv[i]; size_t a=0; for(;;){size_t b=s.find('|',a); p.push_back(s.substr(a,b==s.npos?s.npos:b-a)); if(b==s.npos)break; a=b+1;}
    auto& rows=corpora[p[1]]; if(rows.empty()) rows=ReadCorpus(DataDir()+"/"+p[1]);
    auto js=ReadJudgments(DataDir()+"/eval/"+p[2]);
    std::unordered_set<std::string> ids; if(p[3].rfind("ids:",0)==0) for(auto&l:ReadLines(DataDir()+"/eval/"+p[3].substr(4))) ids.insert(l);
    IndexBatch batch; for(auto&r:rows){ if(p[3]=="answers"&&r.type=="statute")continue; if(!ids.empty()&&!ids.count(r.id))continue; batch.upserts.push_back(r.document);}    
    IndexWriter writer; auto snap=writer.Apply(batch);
    size_t max=std::stoul(p[4]); size_t n=0; double tt[4]={}; double h1=0,h10=0,h50=0,h100=0;
    for(auto&j:js){ if(n==max)break; uint32_t qid=n++;
      double t0=clock(); QueryPlan plan=PlanQuery(*snap,j.query);
      double t1=clock(); {auto c10=FindCandidates(*snap,plan,{},10);} double t2=clock(); auto c=FindCandidates(*snap,plan,{},100); double t3=clock(); FeatureMaker fm(*snap,plan);
      std::set<std::string> rel(j.relevant.begin(),j.relevant.end());
      int first=999; for(size_t k=0;k<c.size()&&k<64;++k){volatile float x=fm.Of(c[k],c[0].score,k)[0];(void)x;} double t4=clock(); tt[0]+=t1-t0;tt[1]+=t2-t1;tt[2]+=t3-t2;tt[3]+=t4-t3;
      for(size_t k=0;k<c.size();++k){ Features f=fm.Of(c[k],c[0].score,k); const Row&row=rows[c[k].key]; uint32_t lab=rel.count(row.id);
        if(lab&&first==999)first=k;
        uint32_t head[4]={(uint32_t)i-2,qid,(uint32_t)c[k].key,lab}; fwrite(head,4,4,out); fwrite(f.data(),4,f.size(),out);} 
      h1+=first<1;h10+=first<10;h50+=first<50;h100+=first<100;
    }
    printf("%s n=%zu h1 %.3f h10 %.3f h50 %.3f h100 %.3f | us plan %.0f find10 %.0f find100 %.0f feat64 %.0f\n",p[0].c_str(),n,h1/n,h10/n,h50/n,h100/n,tt[0]/n,tt[1]/n,tt[2]/n,tt[3]/n); fflush(stdout);
  }
  fclose(out);
}
