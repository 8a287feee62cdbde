package source
import ("testing";"strings";"time";"github.com/hashicorp/hcl/v2";"github.com/hashicorp/hcl/v2/hclsyntax")
func TestZZ(t *testing.T){
 for _,p:=range []string{"/*","/*\n","/*/","/ /*","\"${/*"} { for _,n:=range []int{100000,1000000} { s:=time.Now(); tk,d:=hclsyntax.LexConfig([]byte("a=1\n"+strings.Repeat(p,n/len(p))),"",hcl.InitialPos); t.Log(p,time.Since(s),len(tk),len(d),tk[len(tk)-2].Type, tk[len(tk)-2].Range) }}
}
