package pii
import ("testing";"os";"bufio";"fmt";"strings";"io/fs";"path/filepath")
func TestSweep(t *testing.T){
 root:=os.Getenv("SWEEP"); if root=="" {t.Skip()}
 e:=newTestEngine(t,nil)
 seen:=map[string]int{}
 out,_:=os.Create("/tmp/sweep/out.txt"); defer out.Close()
 lines,hits:=0,0
 filepath.WalkDir(root,func(p string,d fs.DirEntry,err error)error{
  if err!=nil||d.IsDir(){return nil}
  ext:=filepath.Ext(p)
  if !strings.Contains(os.Getenv("EXT"),ext)||ext=="" {return nil}
  f,_:=os.Open(p); defer f.Close()
  sc:=bufio.NewScanner(f); sc.Buffer(nil,1<<20)
  for sc.Scan(){ lines++
   l:=sc.Text(); o,fs:=e.Text(l)
   if o!=l { hits++
     for _,x:=range fs { seen[x.Rule]++; if seen[x.Rule]<=60 { fmt.Fprintf(out,"%s\t%s\n\t=> %s\n",x.Rule,cut(l),cut(o)) } }
   }
  }
  return nil})
 fmt.Println(lines,hits,seen)
}
func cut(s string)string{ if len(s)>260{return s[:260]}; return s}
