using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Assist;

namespace CourseKit.Kernel.Tests.Session.Assist;

public sealed class CompletenessTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("1 + 1")]
    [InlineData("x")]
    [InlineData("x // why")]
    [InlineData("var x = 1;")]
    [InlineData("Console.WriteLine(\"hi\");")]
    [InlineData("class A { }")]
    [InlineData("if (x) { } else { }")]
    [InlineData("using System;\nx.Y(z => { return z; })")]
    [InlineData("await Task.Delay(1)")]
    [InlineData("#!markdown\n# Title {")]
    [InlineData("#!time\n#r \"nuget: A, 1.0\"\nx")]
    [InlineData("foreach (var x in xs)\n    Console.Write(x);")]
    public void What_could_run_is_complete(string code) => Assert.Equal(new(CodeCompletenessStatus.Complete, ""), CSharpSession.CheckComplete(code));

    [Theory]
    [InlineData("class A {", 1)]
    [InlineData("if (true) {", 1)]
    [InlineData("if (x)", 1)]
    [InlineData("if (x) { }\nelse", 1)]
    [InlineData("foreach (var x in xs)", 1)]
    [InlineData("while (true)\n", 1)]
    [InlineData("Console.WriteLine(", 1)]
    [InlineData("xs.Select(x => {\n    return x;", 1)]
    [InlineData("class A\n{\n    void F()\n    {", 2)]
    [InlineData("class A\n{\n    void F()\n    {\n    }", 1)]
    [InlineData("x.", 0)]
    [InlineData("1 +", 0)]
    [InlineData("var x =", 0)]
    [InlineData("var x = 1", 0)]
    [InlineData("using System", 0)]
    [InlineData("int F(int n)", 0)]
    [InlineData("try { }", 0)]
    [InlineData("do { }", 0)]
    [InlineData("/* open", 0)]
    [InlineData("var s = @\"open", 0)]
    [InlineData("var s = \"\"\"\n  {", 0)]
    [InlineData("var s = $\"\"\"\n  {1}", 0)]
    [InlineData("F(\"open", 0)]
    [InlineData("#if DEBUG\nx", 0)]
    [InlineData("#!time\nif (x) {", 1)]
    public void What_is_open_at_its_end_wants_more(string code, int levels) =>
        Assert.Equal(new(CodeCompletenessStatus.Incomplete, new(' ', 4 * levels)), CSharpSession.CheckComplete(code));

    [Theory]
    [InlineData(")")]
    [InlineData("}")]
    [InlineData("var = 1;")]
    [InlineData("var 1x = 2;")]
    [InlineData("1 +* 2")]
    [InlineData("print (\"a\" \"b\"")]
    [InlineData("if (x) { ) {")]
    [InlineData("F(\"open\nmore")]
    [InlineData("else { }")]
    [InlineData("#!scheme\nlet x = 1")]
    [InlineData("#r \"unclosed")]
    [InlineData("if (x) {\n#!who")]
    public void What_no_further_line_mends_is_invalid(string code) => Assert.Equal(new(CodeCompletenessStatus.Invalid, ""), CSharpSession.CheckComplete(code));
}
