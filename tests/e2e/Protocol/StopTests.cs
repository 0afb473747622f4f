using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class StopTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    /// <summary>All kinds but the training, which has a test of its own.</summary>
    public static TheoryData<string> Kinds { get; } = [.. BusyCell.All.Except([BusyCell.Training]).Append(BusyCell.OneCall).Select(busy => busy.Kind)];

    private KernelClient Client => kernel.Client;

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("for (var i = 0.0; ; i++) Math.Sqrt(i);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("Console.ReadLine();")]
    [InlineData("Password();")]
    [InlineData("await Task.Run(() => Console.ReadLine());")]
    [InlineData("while (true) Console.WriteLine(\"more\");")]
    [InlineData("Task.WaitAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => { while (true) { } })).ToArray());")]
    [InlineData("Task.WaitAll(Enumerable.Range(0, 400).Select(_ => Task.Run(() => Thread.Sleep(100_000))).ToArray());")]
    public void A_cell_stops_the_queue_is_dropped_and_the_variables_are_there(string endless)
    {
        var cell = Client.Request($"var assigned = 1;\nConsole.WriteLine(\"running\");\nassigned = 2;\n{endless}");
        var queued = Client.Request("assigned = 3;");
        Client.Printed(cell);

        var interrupt = Client.Send("interrupt_request", [], RequestChannel.Control);

        Assert.Equal("ok", Client.Reply(interrupt, RequestChannel.Control).Get("status", ""));
        var stopped = Client.Finish(cell);
        Assert.Equal("error", stopped.Status);
        Assert.Equal("Stopped.", stopped.Error);
        Assert.Equal("aborted", Client.Finish(queued).Status);
        Assert.Equal("2", Client.Execute("assigned").Ok().Value);
    }

    [Fact]
    public void A_training_stops_and_goes_on_from_where_it_was()
    {
        Course.SkipUnlessBuilt();
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll");
        Client.Execute($"#r \"{library}\"\nusing CourseKit;\nusing CourseKit.Data;\nusing CourseKit.Training;\nCourse.Start(seed: 1);\nvar trainer = GanTrainer.For(Digits.Load().Train);").Ok();
        for (var round = 0; round < 3; round++)
        {
            // On a busy machine the first updates take their time.
            var training = Client.Request("""
                var before = trainer.History.Count;
                new Thread(() =>
                {
                    while (trainer.History.Count == before)
                        Thread.Sleep(1);
                    Console.WriteLine("training");
                }).Start();
                trainer.Train(1_000_000);
                """);
            Client.Printed(training);
            Client.Send("interrupt_request", [], RequestChannel.Control);
            Assert.Equal("Stopped.", Client.Finish(training).Error);
        }
        Assert.Equal("True", Client.Execute("var updates = trainer.History.Count; updates > 0").Ok().Value);
        Assert.Equal("True", Client.Execute("trainer.Train(5); trainer.History.Count > updates").Ok().Value);
    }

    // `tests/long stops` makes fifty of each on a busy machine, and measures them.
    [Theory, MemberData(nameof(Kinds))]
    public void Two_stops_at_random_moments_and_the_variables_are_there(string kind)
    {
        var stops = new ManyStops(kernel.Process, Client, BusyCell.All.Append(BusyCell.OneCall).Single(busy => busy.Kind == kind), seed: 1);
        for (var i = 0; i < 2; i++)
            Assert.Equal((true, true), stops.Once() is var stop ? (stop.Stopped, stop.Kept) : default);
    }

    // Each thread that the pool adds takes a part of the loop, however many there are. On a busy machine none of them is quick to answer.
    [Fact]
    public void A_loop_over_all_threads_gets_no_more_of_them_because_the_machine_is_busy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell keeps the machine busy.");
        var others = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        try
        {
            // Cells of other tests may have left threads in the pool.
            var before = int.Parse(Client.Execute("ThreadPool.ThreadCount").Ok().Value!, CultureInfo.InvariantCulture);
            var cell = Client.Request("Console.WriteLine(\"running\");\nParallel.For(0L, long.MaxValue, i => { });");
            Client.Printed(cell);
            Thread.Sleep(3000);
            Client.Send("interrupt_request", [], RequestChannel.Control);
            Assert.Equal("Stopped.", Client.Finish(cell).Error);
            Assert.InRange(int.Parse(Client.Execute("ThreadPool.ThreadCount").Ok().Value!, CultureInfo.InvariantCulture), 1, before + 150);
        }
        finally
        {
            others.ForEach(other => other.Kill());
            others.ForEach(other => other.Dispose());
        }
    }

    [Fact]
    public void Cells_sent_once_the_reply_is_there_run()
    {
        for (var round = 0; round < 20; round++)
        {
            Assert.Equal("error", Client.Execute("throw new Exception();").Status);
            Assert.Equal("ok", Client.Execute("1").Status);
        }
    }

    [Fact]
    public void An_interrupt_while_nothing_runs_stops_nothing()
    {
        var interrupt = Client.Send("interrupt_request", [], RequestChannel.Control);
        Assert.Equal("ok", Client.Reply(interrupt, RequestChannel.Control).Get("status", ""));
        Assert.Equal("5", Client.Execute("2 + 3").Ok().Value);
    }

    [Fact]
    public void A_cell_that_fails_drops_those_behind_it_unless_told_not_to()
    {
        var failing = Client.Request("throw new InvalidOperationException(\"no\");");
        var behind = Client.Request("1");
        var comm = Client.Send("comm_info_request", []);
        Assert.Equal("error", Client.Finish(failing).Status);
        Assert.Equal("aborted", Client.Finish(behind).Status);
        Assert.Equal("ok", Client.Reply(comm).Get("status", ""));

        failing = Client.Request("throw new InvalidOperationException(\"no\");", new() { ["stop_on_error"] = false });
        behind = Client.Request("1");
        Assert.Equal("error", Client.Finish(failing).Status);
        Assert.Equal("ok", Client.Finish(behind).Status);
    }

    [Fact]
    public void A_dropped_cell_puts_nothing_out()
    {
        var failing = Client.Request("throw new Exception();");
        var behind = Client.Request("Console.WriteLine(\"ran\");");
        Client.Finish(failing);
        Assert.Empty(Client.Finish(behind).Outputs);
    }
}
