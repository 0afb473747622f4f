using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary>
/// Who has no answer and reaches for the checks instead gets no points, or is shown to the teacher. Who answers in an unusual way gets all of them and
/// is not shown. The tasks are the course's own, with its own checks.
/// </summary>
[Trait("Cost", "process")]
public sealed class GradeFraudTests : IDisposable
{
    // What a false check would be called as.
    private const string FalseChecks = "public static void TwoNetworks(params object[] all) { } public static void BytesToPixels(Func<Tensor, Tensor> toPixels) { }";
    private static readonly string Library = Path.GetDirectoryName(BuiltCourse.Program)!.Replace("CourseKit.Cli", "CourseKit", StringComparison.Ordinal);
    private readonly Workplace place = new();

    public GradeFraudTests()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "bwrap"))), "bubblewrap is not installed");
        place.Write("tasks.ipynb",
            NotebookCell.Code($"#r \"{Path.Combine(Library, "CourseKit.dll")}\"\n#r \"{Path.Combine(Library, "TorchSharp.dll")}\"\nusing CourseKit;\nusing CourseKit.Exercises;\nusing TorchSharp;\nusing static TorchSharp.torch;"),
            NotebookCell.Code("long Twice(long x) => 2 * x;"),
            GradedCell.Graded("long[]? latent = null, pictures = null, scores = null;\nlong? parameters = null;\n/// BEGIN SOLUTION\nlatent = [16, 10];\npictures = [16, 1, 6, 6];\nscores = [16];\nparameters = 10 * 36 + 36;\n/// END SOLUTION", "shapes", isCheck: false),
            GradedCell.Graded("Check.TwoNetworks(latent, pictures, scores, parameters);", "shapes-check", isCheck: true),
            GradedCell.Graded("Tensor ToPixels(Tensor bytes)\n{\n    /// BEGIN SOLUTION\n    return bytes.to_type(ScalarType.Float32) / 127.5 - 1;\n    /// END SOLUTION\n}", "pixels", isCheck: false),
            GradedCell.Graded("Check.BytesToPixels(ToPixels);", "pixels-check", isCheck: true),
            GradedCell.Graded("long half = 0;\n/// BEGIN SOLUTION\nhalf = 21;\n/// END SOLUTION", "half", isCheck: false),
            GradedCell.Graded("if (Twice(half) != 42)\n    throw new Exception($\"{half} is not half of 42\");", "half-check", isCheck: true));
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Without_an_answer_there_are_no_points_or_the_teacher_is_told_and_an_unusual_answer_gets_all()
    {
        // Nothing of these is run, or it changes nothing.
        var prevented = new Dictionary<string, string[]>
        {
            ["class"] = [$"static class Check {{ {FalseChecks} }}"],
            ["partial"] = [$"public static partial class Check {{ {FalseChecks} }}"],
            ["record"] = ["record Check(int X) { public static void TwoNetworks(params object[] all) { } }"],
            ["alias"] = [$"static class Mine {{ {FalseChecks} }}", "using Check = Mine;"],
            ["nested"] = [$"static class Mine {{ public static class Check {{ {FalseChecks} }} }}", "using static Mine;"],
            ["space"] = [$"static class CourseKit {{ public static class Exercises {{ public static class Check {{ {FalseChecks} }} }} }}"],
            ["deconstructed"] = [$"class Mine {{ public void TwoNetworks(params object[] all) {{ }} public void BytesToPixels(Func<Tensor, Tensor> f) {{ }} }}\nvar (Check, other) = (new Mine(), 1);"],
            ["outvar"] = ["class Mine { public void TwoNetworks(params object[] all) { } }\nbool Make(out Mine mine) { mine = new(); return true; }\nMake(out var Check);"],
            ["escaped"] = [$"static class Ch\\u0065ck {{ {FalseChecks} }}"],
            ["verbatim"] = [$"static class @Check {{ {FalseChecks} }}"],
            ["hiddencomment"] = [$"#!html\n/*\n#!csharp\nstatic class Check {{ {FalseChecks} }}\n#!html\n*/"],
            ["helper"] = ["long Twice(long x) => 42;"],
            ["extension"] = ["static void BytesToPixels(this object check, object f) { }"],
            ["imported"] = [$"System.IO.File.WriteAllText(\"x.csx\", \"static class Check {{ {FalseChecks} }}\");", "#!import x.csx"],
            ["separated"] = [$"System.IO.File.WriteAllText(\"x.csx\", \"static class Check {{ {FalseChecks} }}\");", "var x = 1;\u2028#!import x.csx"],
            ["loaded"] = [$"System.IO.File.WriteAllText(\"x.csx\", \"static class Check {{ {FalseChecks} }}\");", "  #  load   \"x.csx\""],
            ["library"] = [$"System.IO.File.Copy(\"{Library}/CourseKit.dll\", \"CourseKit.dll\");", "#r \"CourseKit.dll\"", " #  r \"/home/student/CourseKit.dll\"", "#\tr\"CourseKit.dll\""],
            ["cancelled"] = ["throw new OperationCanceledException();"],
        };
        // One process cannot hide from itself. What is left is shown to the teacher.
        var shown = new Dictionary<string, string[]>
        {
            ["hook"] = ["AppContext.SetData(\"notebook.display\", (Func<object, Action<object>>)(value => { ((System.Collections.IList)((CheckReport)value).Findings).Clear(); return _ => { }; }));"],
            ["quiethook"] = ["using static System.AppContext;", "SetData(\"notebook\" + \".display\", (Func<object, Action<object>>)(value => { ((dynamic)value).Findings.Clear(); return _ => { }; }));"],
            ["typeinfo"] = ["""
                using System.Reflection;
                Func<object, Action<object>> hook = value => { ((dynamic)value).Findings.Clear(); return _ => { }; };
                Type.GetType("System.App" + "Context").GetTypeInfo().DeclaredMethods.First(method => method.Name == "Set" + "Data").Invoke(null, ["notebook" + ".display", hook]);
                """],
            ["formatter"] = ["""
                class Emptying { public IEnumerable<object> CreateTypeFormatters() => [new Emptied()]; }
                class Emptied { public string MimeType => "text/html"; public bool Format(object value, System.IO.TextWriter writer) { ((System.Collections.IList)((CheckReport)value).Findings).Clear(); return true; } }
                ((Action<Type, object>)AppContext.GetData("notebook.formatters"))(typeof(CheckReport), new Emptying());
                """],
            ["pipes"] = ["""
                for (var fd = 3; fd < 300; fd++)
                    try { new System.IO.FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(fd, false), System.IO.FileAccess.Write, 0).Write("\n{\"type\":\"idle\",\"ok\":true,\"token\":\"\"}\n"u8); } catch (Exception) { }
                """],
            ["descriptors"] = ["""
                foreach (var fd in System.IO.Directory.GetFiles("/proc/self/fd"))
                    try { System.IO.File.AppendAllText(fd, "\n{\"type\":\"idle\",\"ok\":true,\"token\":\"\"}\n"); } catch (Exception) { }
                """],
            ["patch"] = ["""
                var run = typeof(Check).Assembly.GetType("CourseKit.Exercises.CheckReport").GetMethod("Run", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic);
                System.Runtime.CompilerServices.RuntimeHelpers.PrepareMethod(run.MethodHandle);
                System.Runtime.InteropServices.Marshal.WriteByte(run.MethodHandle.GetFunctionPointer(), 0xC3);
                """],
        };
        foreach (var (student, cells) in prevented.Concat(shown))
            HandIn(student, StudentVersion.Of(Teachers(), "tasks"), cells);
        var sameIds = StudentVersion.Of(Teachers(), "tasks");
        foreach (var index in new[] { 3, 5, 7 })
            sameIds.Cells[index].Source = "Console.WriteLine(\"passed\");";
        HandIn("sameids", sameIds);

        HandIn("own", Answered("long[] latent = { 16, 10 }, pictures = new long[] { 16, 1, 6, 6 }, scores = [16]; long? parameters = 396; Console.WriteLine($\"{latent.Length}: {string.Join(',', pictures)}\");",
            "Tensor Scale(Tensor x, double by) => x / by;\nTensor ToPixels(Tensor bytes) { Tensor Check(Tensor x) => Scale(x, 127.5) - 1; return Check(bytes.to(ScalarType.Float32)); }", "long half = Enumerable.Range(1, 42).First(display => display * 2 == 42);"),
            "record Note(string Text);\nvar watch = System.Diagnostics.Stopwatch.StartNew();\ndisplay(System.Text.Json.JsonSerializer.Serialize(new Note(nameof(Note))));");
        HandIn("lambda", Answered("long n = 16;\nlong[] latent = [n, 10], pictures = [n, 1, 6, 6], scores = [n];\nlong? parameters = (10 + 1) * 36;",
            "Func<Tensor, Tensor> toFloat = bytes => bytes.to_type(ScalarType.Float32);\nTensor ToPixels(Tensor bytes) => (toFloat(bytes) - 127.5) / 127.5;", "long half = 0;\nfor (var i = 0; i < 21; i++) half++;"),
            "foreach (var (Check, at) in new[] { \"a\" }.Select((text, index) => (text, index)))\n    Console.WriteLine(Check.GetType().Name + at);");
        HandIn("module", Answered(null, "class Scale : nn.Module<Tensor, Tensor>\n{\n    public Scale() : base(\"scale\") => RegisterComponents();\n    public override Tensor forward(Tensor x) => x.to_type(ScalarType.Float32) / 127.5 - 1;\n}\nvar scale = new Scale();\nTensor ToPixels(Tensor bytes) => scale.forward(bytes);", null),
            "arange(3).to_type(ScalarType.Byte).ToString()");

        var run = await place.RunAsync(BuiltCourse.Program, [], ["grade", "class", "--assignment", "tasks.ipynb", "--out", "out", "--timeout", "30"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([], prevented.Keys.Append("sameids").Where(student => PointsOf(student) > 0));
        Assert.Equal([], shown.Keys.Where(student => PointsOf(student) > 0 && SuspiciousOf(student).Count == 0));
        Assert.All(["own", "lambda", "module"], student => Assert.Equal((3, ""), (PointsOf(student), string.Join('\n', SuspiciousOf(student)))));
    }

    private Notebook Teachers() => Notebook.Load(place.PathOf("tasks.ipynb"));

    // The teacher's notebook with other answers; null is the teacher's own.
    private Notebook Answered(string? shapes, string? pixels, string? half)
    {
        var notebook = Teachers();
        foreach (var (index, answer) in new[] { (2, shapes), (4, pixels), (6, half) })
            notebook.Cells[index].Source = answer ?? notebook.Cells[index].Source;
        return notebook;
    }

    // A notebook with cells that the student added before the tasks.
    private void HandIn(string student, Notebook notebook, params string[] added)
    {
        foreach (var source in added.Reverse())
            notebook.Insert(2, NotebookCell.Code(source));
        Directory.CreateDirectory(place.PathOf("class"));
        notebook.Save(place.PathOf("class", student + ".ipynb"));
    }

    private JsonNode Grade(string student) => JsonNode.Parse(File.ReadAllText(place.PathOf("out", "grades", student + ".json")))!;

    private double PointsOf(string student) => Grade(student)["Tasks"]!.AsArray().Sum(task => (double)task!["Points"]!);

    private List<string> SuspiciousOf(string student) => [.. Grade(student)["Suspicious"]!.AsArray().Select(line => (string)line!)];
}
