using CourseKit.Kernel.Display;
using CourseKit.Kernel.Running;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary><c>#!value</c> keeps texts; <c>#!share</c> and <c>#!set</c> make C# variables of them.</summary>
public sealed class ShareTests : SessionTest
{
    [Theory]
    [InlineData("#!share text --from value", "text")]
    [InlineData("#!share --from value text", "text")]
    [InlineData("#!share --name text --from value", "text")]
    [InlineData("#!share --from value --mime-type text/plain text // the text", "text")]
    [InlineData("#!share text --from value --as other", "other")]
    [InlineData("#!share --from value --as other text", "other")]
    [InlineData("#!set --name other --value @value:text", "other")]
    [InlineData("#!set --value=\"@value:text\" --name=other --mime-type text/plain", "other")]
    public async Task A_kept_text_becomes_a_variable(string share, string variable)
    {
        Assert.Empty((await RunAsync("#!value --name text\n\nA \"quoted\" {line}\n  #!csharp\nand\\n one more\n\n")).Ok().Outputs);
        Assert.Equal("A \"quoted\" {line}\n  #!csharp\nand\\n one more", (await RunAsync($"{share}\n{variable}")).Ok().Value);
        Assert.Equal("string", (await RunAsync("#!whos")).Displays[0].Data.Text("text/plain")!.Split("  ")[1]);
    }

    [Fact]
    public async Task A_text_may_come_from_the_line_or_from_a_file_and_be_shown()
    {
        File.WriteAllText(Path.Combine(Folder, "a file.csv"), "a;b\n1;2\n");
        (await RunAsync("#!value --name words --from-value \"one two\"\n#!value --name csv --from-file \"a file.csv\"")).Ok();
        Assert.Equal("one two|a;b\n1;2\n", (await RunAsync("#!share words --from value\n#!share csv --from value\nwords + \"|\" + csv")).Ok().Value);
        var shown = (await RunAsync("#!value --name page --mime-type text/html\n<b>x</b>")).Ok();
        Assert.Equal("<b>x</b>", Assert.Single(shown.Displays).Data.Text("text/html"));
    }

    [Fact]
    public async Task A_large_text_is_no_constant_of_the_compiler()
    {
        File.WriteAllText(Path.Combine(Folder, "large.txt"), new('x', 40_000_000));
        (await RunAsync("#!value --name large --from-file large.txt")).Ok();
        Assert.Equal("40000000", (await RunAsync("#!share large --from value\nlarge.Length")).Ok().Value);
    }

    [Fact]
    public async Task A_variable_of_csharp_gets_another_name_and_stays_what_it_is()
    {
        (await RunAsync("var list = new List<int> { 1, 2 };")).Ok();
        Assert.Equal("2", (await RunAsync("#!share list --from csharp --as numbers\nnumbers.Count")).Ok().Value);
        Assert.Equal("True", (await RunAsync("#!set --name again --value @csharp:list --byref\nobject.ReferenceEquals(again, list)")).Ok().Value);
        (await RunAsync("#!share list --from csharp")).Ok();
    }

    [Fact]
    public async Task A_text_on_the_line_and_an_answer_of_the_user_are_set()
    {
        Assert.Equal("https://somewhere/x", (await RunAsync("#!set --name url --value https://somewhere/x\nurl")).Ok().Value);
        List<InputRequest> asked = [];
        foreach (var (value, prompt, password) in new[] { ("@input:\"Which one?\"", "Which one?", false), ("@password:{\"prompt\": \"Pass word\"}", "Pass word", true), ("@input", "", false) })
        {
            List<CellOutput> outputs = [];
            var ran = await Session.RunAsync($"#!set --name answer --value {value}\nanswer", "1", outputs.Add, request =>
            {
                asked.Add(request);
                return "blue";
            }, cancel: TestContext.Current.CancellationToken);
            Assert.True(ran.Ok);
            Assert.Equal("blue", outputs.OfType<ResultOutput>().Single().Data.Text("text/plain"));
            Assert.Equal(new(prompt, password), asked[^1]);
        }
    }

    [Theory]
    [InlineData("#!share x --from fsharp", "#!share: 'x' cannot come from F#: this kernel runs C# only. Declare x in C#.")]
    [InlineData("#!set --name y --value @pythonkernel:x", "#!set: 'x' cannot come from pythonkernel: this kernel runs C# only. Declare y in C#.")]
    [InlineData("#!share --from javascript x", "#!share: 'x' cannot come from JavaScript: this kernel runs C# only. Declare x in C#.")]
    [InlineData("#!share x --from value", "#!share: #!value keeps no 'x'. It keeps nothing yet.")]
    [InlineData("#!value --name a --from-value b\n#!csharp\n#!share x --from value", "#!share: #!value keeps no 'x'. It keeps a.")]
    [InlineData("#!share x --from csharp", "#!share: C# has no variable 'x'. #!who lists those it has.")]
    [InlineData("#!share", "#!share: expected a variable and the kernel that has it, as in #!share x --from value")]
    [InlineData("#!share x", "#!share x: expected a variable and the kernel that has it, as in #!share x --from value")]
    [InlineData("#!share x --from", "#!share: --from: expected a value behind it.")]
    [InlineData("#!share x --of y", "#!share: --of: unknown option. Known are --name, --from, --as, --mime-type.")]
    [InlineData("#!share x y --from value", "#!share: found --name twice, expected it once: 'x' and 'y'.")]
    [InlineData("#!set --name x", "#!set --name x: expected a variable and its value, as in #!set --name x --value @value:y")]
    [InlineData("#!set --value 1", "#!set: expected a variable and its value, as in #!set --name x --value @value:y")]
    [InlineData("#!set --name class --value 1", "#!set: 'class' cannot be the name of a C# variable; expected letters, digits and _, beginning with no digit.")]
    [InlineData("#!set --name a-b --value 1", "#!set: 'a-b' cannot be the name of a C# variable; expected letters, digits and _, beginning with no digit.")]
    [InlineData("#!value\ntext", "#!value: expected a name, as in #!value --name text")]
    [InlineData("#!value --name x --from-url https://somewhere/data.json", "#!value --from-url https://somewhere/data.json: #!value fetches nothing here. Write it in C#: var x = await new System.Net.Http.HttpClient().GetStringAsync(\"https://somewhere/data.json\");")]
    [InlineData("#!value --name x --from-value a\nb", "#!value --name x: found more than one text. Expected one of --from-value, --from-file and the lines below; #!csharp goes back to C#.")]
    public async Task What_cannot_be_shared_is_told(string code, string message) => Assert.Equal(message, (await RunAsync(code)).Error.Message);

    [Fact]
    public async Task A_file_that_is_not_there_is_told()
    {
        var error = (await RunAsync("\n#!value --name x --from-file nothere.txt")).Error;
        Assert.StartsWith("#!value --from-file nothere.txt: Could not find file ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Relative paths start from the notebook's folder.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
    }

    [Theory]
    [InlineData("#!set --name Check --value 1")]
    [InlineData("#!share x --from value --as Check")]
    [InlineData("#!share Check --from csharp")]
    public void The_grader_sees_what_they_declare(string code) => Assert.Contains("Check", SourceFacts.Of(code).Declares);

    [Theory]
    [InlineData("#!other\n/*\n#!csharp\nclass Check { }")]
    [InlineData("#!fsharp\n/*\n#!other\n/*\n#!csharp\nclass Check { }")]
    [InlineData("#!connect a --kernel-name other\n#!other\n/*\n#!csharp\nclass Check { }\n")]
    [InlineData("#!connect a --kernel-name time\n#!fsharp\n/*\n#!time\n*/\n#!csharp\nclass Check { }")]
    public async Task A_text_for_another_kernel_hides_nothing_from_the_grader(string code)
    {
        Assert.Contains("Check", SourceFacts.Of(code).Declares);
        (await RunAsync("#!connect a --kernel-name other")).Ok();
        Assert.Equal("1", (await RunAsync($"{code}\n#!csharp\nnew[] {{ new Check() }}.Length")).Ok().Value);
    }

    [Fact]
    public async Task A_connected_kernel_takes_no_directive_its_name()
    {
        (await RunAsync("#!connect a --kernel-name time\n#!connect a --kernel-name csharp")).Ok();
        var code = "#!fsharp\n/*\n#!time\nclass Check { }";
        Assert.DoesNotContain("Check", SourceFacts.Of(code).Declares);
        Assert.Single((await RunAsync(code)).Ok().Outputs);
    }

    [Theory]
    [InlineData("#!value --name x --from-file /etc/passwd", true)]
    [InlineData("#!value --name x --from-file=/etc/passwd", true)]
    [InlineData("#!value --name x\ntext", false)]
    public void The_grader_sees_that_a_value_is_a_file(string code, bool isFile) => Assert.Equal(isFile, SourceFacts.Of(code).LoadsFiles);
}
