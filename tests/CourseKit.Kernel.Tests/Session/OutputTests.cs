using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Session;

public sealed class OutputTests : SessionTest
{
    [Fact]
    public async Task Prints_displays_and_the_result_arrive_in_order()
    {
        var ran = (await RunAsync("Console.Write(1);\nConsole.Error.Write(2);\ndisplay(3);\nConsole.WriteLine(\"4\");\n5")).Ok();
        Assert.Equal(
            ["stdout 1", "stderr 2", "3", "stdout 4\n", "5"],
            ran.Outputs.Select(output => output switch
            {
                StreamOutput stream => $"{stream.Name} {stream.Text.ReplaceLineEndings("\n")}",
                DisplayOutput display => display.Data.Text("text/plain"),
                ResultOutput result => result.Data.Text("text/plain"),
                _ => output.ToString(),
            }));
    }

    [Fact]
    public async Task Ten_megabytes_arrive_in_order_and_in_batches()
    {
        var ran = (await RunAsync("for (var i = 0; i < 1_000_000; i++) Console.Write($\"{i:000000000}\\n\");\nConsole.Write(\"end\");")).Ok();
        Assert.Equal(10_000_003, ran.Stdout.Length);
        var lines = ran.Stdout.Split('\n');
        Assert.All(lines.Take(1_000_000).Index(), line => Assert.Equal(line.Index, int.Parse(line.Item, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("end", lines[^1]);
        Assert.InRange(ran.Outputs.Count, 1, 2000);
    }

    [Fact]
    public async Task Threads_print_whole_lines()
    {
        var ran = (await RunAsync("Parallel.For(0, 1000, i => Console.WriteLine($\"line {i}\"));")).Ok();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"line {i}").Order(), ran.Stdout.TrimEnd().ReplaceLineEndings("\n").Split('\n').Order());
    }

    [Fact]
    public async Task Output_arrives_while_the_cell_runs()
    {
        using var seen = new ManualResetEventSlim();
        AppDomain.CurrentDomain.SetData("seen", seen);
        var ran = await RunAsync(
            "Console.Write(\"first\");\n((ManualResetEventSlim)AppDomain.CurrentDomain.GetData(\"seen\")).Wait(20_000)",
            watch: output => seen.Set());
        Assert.Equal("True", ran.Value);
    }

    [Fact]
    public async Task What_a_thread_prints_between_cells_comes_with_the_next()
    {
        (await RunAsync("var go = new ManualResetEventSlim();\nvar late = new Thread(() => { go.Wait(); Console.Write(\"late\"); });\nlate.Start();")).Ok();
        var session = Session.Variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        ((ManualResetEventSlim)session["go"]!).Set();
        ((Thread)session["late"]!).Join();
        Assert.Equal("latenow", (await RunAsync("Console.Write(\"now\");")).Stdout);
    }

    [Fact]
    public async Task A_display_is_updated_in_order_and_keeps_its_id()
    {
        var ran = (await RunAsync("var handle = display(\"a\");\nhandle.Update(\"b\");\n\"c\".Display().Update(null);\nhandle.Update(\"d\");")).Ok();
        Assert.Equal(["a", "b", "c", "<null>", "d"], ran.Displays.Select(display => display.Data.Text("text/plain")));
        Assert.Equal([false, true, false, true, true], ran.Displays.Select(display => display.IsUpdate));
        Assert.Equal([0, 1, 4], ran.Displays.Index().Where(d => d.Item.DisplayId == ran.Displays[0].DisplayId).Select(d => d.Index));
        Assert.NotEqual(ran.Displays[0].DisplayId, ran.Displays[2].DisplayId);

        var later = (await RunAsync("await Task.Run(() => handle.Update(\"e\"));")).Ok();
        Assert.Equal(ran.Displays[0].DisplayId, Assert.Single(later.Displays).DisplayId);
    }

    [Fact]
    public async Task Libraries_display_through_the_published_hook()
    {
        var ran = (await RunAsync("var show = (Func<object, Action<object>>)AppContext.GetData(\"notebook.display\");\nvar update = show(1);\nupdate(2);")).Ok();
        Assert.Equal(["1", "2"], ran.Displays.Select(display => display.Data.Text("text/plain")));
        Assert.True(ran.Displays[1].IsUpdate);
    }

    [Fact]
    public async Task HTML_mime_types_and_clearing()
    {
        var ran = (await RunAsync("display(\"<b>\", \"text/html\");\n\"<b>\".DisplayAs(\"text/html\");\nClearOutput(wait: true);\nHTML(\"<i>x</i>\")")).Ok();
        Assert.Equal("<pre>&lt;b&gt;</pre>", ran.Displays[0].Data.Text("text/html"));
        Assert.Equal("<b>", ran.Displays[1].Data.Text("text/html"));
        Assert.Equal(new ClearOutput(true), ran.Outputs[2]);
        Assert.Equal("<i>x</i>", ran.Outputs.OfType<ResultOutput>().Single().Data.Text("text/html"));
    }

    [Fact]
    public async Task Sessions_in_one_process_take_turns_and_never_mix_their_output()
    {
        await using var other = new Kernel.Session.CSharpSession(Folder);
        List<string> theirs = [];
        var second = other.RunAsync("for (var i = 0; i < 100; i++) { Console.Write('b'); await Task.Yield(); }", "1", output => theirs.Add(((StreamOutput)output).Text), cancel: TestContext.Current.CancellationToken);
        var first = await RunAsync("for (var i = 0; i < 100; i++) { Console.Write('a'); await Task.Yield(); }");
        Assert.True((await second).Ok);
        Assert.Equal(new string('a', 100), first.Stdout);
        Assert.Equal(new string('b', 100), string.Concat(theirs));
    }
}
