namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class StdinTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Theory]
    [InlineData("Console.ReadLine()", "", false)]
    [InlineData("Input(\"Name? \")", "Name? ", false)]
    [InlineData("Password(\"Secret: \")", "Secret: ", true)]
    [InlineData("await Task.Run(() => Console.ReadLine())", "", false)]
    public void A_cell_asks_and_gets_the_answer(string asking, string prompt, bool password)
    {
        var cell = Client.Request($"$\"<{{{asking}}}>\"");
        var question = Client.Question();
        Assert.True(KernelClient.IsAbout(question, cell));
        Assert.Equal(prompt, question.Get("prompt", "?"));
        Assert.Equal(password, question.Get("password", !password));
        Client.Answer("Zoë 🎲", question);
        Assert.Equal("<Zoë 🎲>", Client.Finish(cell).Ok().Value);
    }

    [Fact]
    public void What_was_printed_before_the_question_comes_before_it()
    {
        var cell = Client.Request("Console.Write(\"Your number: \");\nint.Parse(Console.ReadLine()!) + 1");
        var question = Client.Question();
        Assert.Equal("Your number: ", Client.Printed(cell));
        Client.Answer("41", question);
        Assert.Equal("42", Client.Finish(cell).Ok().Value);
    }

    [Fact]
    public void Characters_are_read_from_the_line_that_was_typed()
    {
        var cell = Client.Request("$\"{(char)Console.Read()}{(char)Console.Read()}|{Console.ReadLine()}\"");
        Client.Answer("hello", Client.Question());
        Assert.Equal("he|llo", Client.Finish(cell).Ok().Value);
    }

    [Fact]
    public void Two_threads_that_ask_are_asked_one_after_the_other()
    {
        var cell = Client.Request("var answers = await Task.WhenAll(Task.Run(() => Input(\"a\")), Task.Run(() => Input(\"b\")));\nstring.Join(',', answers)");
        for (var i = 0; i < 2; i++)
        {
            var question = Client.Question();
            Client.Answer(question.Get("prompt", "").ToUpperInvariant(), question);
        }
        Assert.Equal("A,B", Client.Finish(cell).Ok().Value);
    }

    [Fact]
    public void Where_the_front_end_takes_no_input_the_cell_fails_and_says_so()
    {
        var ran = Client.Execute("Console.ReadLine()", new() { ["allow_stdin"] = false });
        Assert.Equal("error", ran.Status);
        Assert.Contains("nobody can be asked", ran.Error, StringComparison.Ordinal);
    }
}
