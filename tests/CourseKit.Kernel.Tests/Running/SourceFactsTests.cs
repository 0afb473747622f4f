using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Tests.Running;

/// <summary>What a source declares, uses, loads, and where it reaches into the process, is known before it runs.</summary>
public sealed class SourceFactsTests
{
    [Theory]
    [InlineData("int Check = 1;")]
    [InlineData("int a = 1, Check = 2;")]
    [InlineData("int Check() => 1;")]
    [InlineData("T Check<T>(T x) => x;")]
    [InlineData("int Check { get; set; }")]
    [InlineData("class Check { }")]
    [InlineData("static partial class Check { }")]
    [InlineData("record Check(int X);")]
    [InlineData("record struct Check;")]
    [InlineData("interface Check { }")]
    [InlineData("enum Check { One }")]
    [InlineData("delegate void Check();")]
    [InlineData("event Action Check;")]
    [InlineData("namespace Check { }")]
    [InlineData("using Check = System.Console;")]
    [InlineData("using unsafe Check = int*;")]
    [InlineData("int.TryParse(\"1\", out var Check);")]
    [InlineData("int.TryParse(\"1\", out int Check)")]
    [InlineData("var (Check, other) = (1, 2);")]
    [InlineData("(int Check, int other) = (1, 2);")]
    [InlineData("_ = 1 is var Check;")]
    [InlineData("int @Check = 1;")]
    [InlineData("class Ch\\u0065ck { }")]
    [InlineData("class Che\\U00000063k { }")]
    [InlineData("#if true\nclass Check { }\n#endif")]
    [InlineData("/* */ class /* */ Check { }")]
    [InlineData("static void Check(this object o) { }")]
    [InlineData("if (1 is var Check) { }")]
    [InlineData("#!html\n/*\n#!csharp\nclass Check { }\n#!html\n*/")]
    [InlineData("#!who\nclass Check { }")]
    public void Later_cells_see_what_a_cell_declares_outside_all_else(string source) => Assert.Contains("Check", SourceFacts.Of(source).Declares);

    [Theory]
    [InlineData("int F() { var Check = 1; return Check; }", "F")]
    [InlineData("int F(int Check) => Check;", "F")]
    [InlineData("int F() { int Check() => 1; return Check(); }", "F")]
    [InlineData("class Mine { int Check; void F() { } }", "Mine")]
    [InlineData("Func<int, int> f = Check => Check;", "f")]
    [InlineData("{ var Check = 1; }", "")]
    [InlineData("for (var Check = 0; Check < 3; Check++) { }", "")]
    [InlineData("foreach (var Check in new[] { 1 }) { }", "")]
    [InlineData("foreach (var (Check, b) in new[] { (1, 2) }) Console.WriteLine(b);", "")]
    [InlineData("using (var Check = System.IO.File.OpenRead(\"x\")) { }", "")]
    [InlineData("while (int.TryParse(\"\", out var Check)) { }", "")]
    [InlineData("try { } catch (Exception Check) { }", "")]
    [InlineData("var text = \"class Check { }\";", "text")]
    [InlineData("// class Check { }", "")]
    [InlineData("#if false\nclass Check { }\n#endif", "")]
    [InlineData("#!html\n<b>class Check { }</b>", "")]
    [InlineData("var squares = from Check in new[] { 1 } select Check;", "squares")]
    public void Variables_that_end_before_the_cell_does_and_text_are_declared_by_nobody(string source, string declared) =>
        Assert.Equal(declared, string.Join(' ', SourceFacts.Of(source).Declares));

    [Fact]
    public void An_extension_method_can_stand_behind_a_dot_and_nothing_else_can()
    {
        Assert.Equal(["mean", ".mean"], SourceFacts.Of("static int mean(this object x) => 1;").Declares);
        Assert.Equal(["mean"], SourceFacts.Of("static int mean(object x) => 1;").Declares);
    }

    [Fact]
    public void Uses_are_the_names_that_somebody_else_could_declare()
    {
        Assert.Equal(["Check", ".Shapes", "latent", "Tensor", "x"], SourceFacts.Of("Check.Shapes(latent, (Tensor x) => x.Length);").Uses);
        Assert.Equal(["x", ".mean", "y", ".item", "Twice"], SourceFacts.Of("x.mean(y?.item<float>(), Twice(x).shape);").Uses.Except(["Twice"]).Append("Twice"));
    }

    [Theory]
    [InlineData("#r \"x.dll\"")]
    [InlineData("  #  r   \"x.dll\"")]
    [InlineData("#\tr\"x.dll\"")]
    [InlineData("#r \"nuget: Some, 1.0\"")]
    [InlineData("#i \"nuget: https://example.org\"")]
    [InlineData("#load \"x.csx\"")]
    [InlineData(" # load \"x.csx\"")]
    [InlineData("#!import x.csx")]
    [InlineData("\t#!import\tx.csx")]
    [InlineData("var x = 1;\n#!import x.csx\nx")]
    [InlineData("var x = 1;\r#!import x.csx")]
    [InlineData("var x = 1;\u2028#!import x.csx")]
    [InlineData("var x = 1;\u0085#!import x.csx")]
    [InlineData("var x = 1;\f#!import x.csx")]
    [InlineData("\u2028#load \"x.csx\"")]
    [InlineData("\uFEFF#load \"x.csx\"")]
    [InlineData("#if true\n#r \"x.dll\"\n#endif")]
    public void Directives_that_load_a_file_are_found_however_they_are_spaced(string source) => Assert.True(SourceFacts.Of(source).LoadsFiles);

    [Theory]
    [InlineData("var text = \"#r\";")]
    [InlineData("// see #load")]
    [InlineData("#region mine\n#endregion")]
    [InlineData("#!time\n1 + 1")]
    [InlineData("#nullable enable")]
    public void Other_directives_load_nothing(string source) => Assert.False(SourceFacts.Of(source).LoadsFiles);

    [Theory]
    [InlineData("AppContext.SetData(\"x\", null);")]
    [InlineData("System.Reflection.Assembly.Load(\"x\");")]
    [InlineData("typeof(string).GetMethod(\"x\");")]
    [InlineData("typeof(string).GetFi\\u0065ld(\"x\");")]
    [InlineData("Type.GetType(\"System.App\" + \"Context\");")]
    [InlineData("foreach (var method in typeof(Console).GetTypeInfo().DeclaredMethods) { }")]
    [InlineData("System.Runtime.InteropServices.Marshal.WriteByte(0, 0);")]
    [InlineData("unsafe { int* p = null; }")]
    [InlineData("var fd = \"/proc/self/fd\";")]
    [InlineData("var fd = $\"/dev/fd/{3}\";")]
    [InlineData("var fd = @\"/proc/self\";")]
    [InlineData("var fd = \"\"\"/proc/self\"\"\";")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess();")]
    [InlineData("new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.Out, \"5\");")]
    public void Lines_that_reach_into_the_process_are_suspicious(string source)
    {
        Assert.Equal([source], SourceFacts.Of($"var honest = 1;\n    {source}\nhonest").Suspicious);
    }

    [Fact]
    public void A_line_is_suspicious_once_and_counted_behind_directives_too()
    {
        Assert.Equal(["typeof(int).GetMethod(\"a\"); typeof(int).GetField(\"b\");"], SourceFacts.Of("#!who\nvar x = 1;\n#!who\ntypeof(int).GetMethod(\"a\"); typeof(int).GetField(\"b\");").Suspicious);
    }
}
