using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>A kind of cell that is busy until it is stopped.</summary>
/// <param name="Kind">What it is busy with.</param>
/// <param name="Code">The cell; the variable <c>round</c> counts its runs.</param>
/// <param name="Before">A cell that runs once before, with what it needs.</param>
internal sealed record BusyCell(string Kind, string Code, string Before = "")
{
    /// <summary>One call into a library, which nothing can end: the user is told, and the cell stops when the call returns.</summary>
    public static readonly BusyCell OneCall = new("one long call", "_ = System.Numerics.BigInteger.Pow(3, 8_000_000);");

    /// <summary>A training with the course's library, which needs libtorch.</summary>
    public static readonly BusyCell Training = new("training", "trainer.Train(1_000_000);", $"""
        #r "{Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll")}"
        using CourseKit;
        using CourseKit.Data;
        using CourseKit.Training;
        Course.Start(seed: 1);
        var trainer = GanTrainer.For(Digits.Load().Train);
        """);

    /// <summary>The kinds that stop at once.</summary>
    public static readonly IReadOnlyList<BusyCell> All =
    [
        new("LINQ chain", "Enumerable.Range(0, int.MaxValue).Select(i => i * 2L).Where(i => i < 0).Count();"),
        new("PLINQ", "ParallelEnumerable.Range(0, int.MaxValue).Select(i => i * 2L).Where(i => i < 0).Count();"),
        new("Parallel.For", "Parallel.For(0L, long.MaxValue, i => { });"),
        new("Array.Sort", "while (true)\n    Array.Sort(Enumerable.Range(0, 20_000_000).ToArray(), (a, b) => b.CompareTo(a));"),
        new("regex evaluator", "while (true)\n    Regex.Replace(text, \"a\", match => \"bb\");", "using System.Text.RegularExpressions;\nvar text = new string('a', 10_000_000);"),
        new("JSON converter", "JsonSerializer.Serialize(Stream.Null, Enumerable.Repeat(1, int.MaxValue), options);", """
            using System.Text.Json;
            using System.Text.Json.Serialization;
            class Doubled : JsonConverter<int>
            {
                public override int Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetInt32() / 2;
                public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(2 * value);
            }
            var options = new JsonSerializerOptions { Converters = { new Doubled() } };
            """),
        new("Task.Run loops", "Task.WaitAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => { while (true) { } })).ToArray());"),
        // Short waits and long ones: between short ones the cell looks by itself.
        new("awaited delays", "while (true)\n    await Task.Delay(round % 4 < 2 ? 10 : 60_000);"),
        new("sleeps", "while (true)\n    Thread.Sleep(round % 4 < 2 ? 10 : 60_000);"),
        new("socket accept", "listener.Start();\ntry { listener.AcceptTcpClient(); }\nfinally { listener.Stop(); }", "using System.Net;\nusing System.Net.Sockets;\nvar listener = new TcpListener(IPAddress.Loopback, 0);"),
        new("child's output", "Process.Start(new ProcessStartInfo(\"sleep\", \"60\") { RedirectStandardOutput = true }).StandardOutput.ReadToEnd();", "using System.Diagnostics;"),
        Training,
    ];
}
