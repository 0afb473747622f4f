using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using static CourseKit.Notebooks.Tests.GradedCell;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>Honest answers are run as they are, and none of their lines is shown as suspicious.</summary>
public sealed class HonestAnswerTests
{
    // The names that the checks and their helpers use: Check, Shapes, Step, latent, images, StepD, i, sum, tolerance, Close, item, Exception.
    private static readonly Notebook Teachers = new(
        NotebookCell.Code("using CourseKit;\nusing CourseKit.Exercises;\nusing static TorchSharp.torch;"),
        NotebookCell.Code("bool Close(double x, double y)\n{\n    var tolerance = 1e-6;\n    return Math.Abs(x - y) < tolerance;\n}"),
        Graded("long[]? latent = null, images = null;\n/// BEGIN SOLUTION\nlatent = [32, 20];\nimages = [32, 3, 12, 10];\n/// END SOLUTION", "shapes", isCheck: false),
        Graded("Check.Shapes(latent, images);\nvar sum = 0L;\nfor (var i = 0; i < 2; i++)\n    sum += latent![i];\nif (!Close(sum, 52))\n    throw new Exception($\"{sum}\");", "shapes-check", isCheck: true),
        Graded("Tensor StepD(Tensor real)\n{\n    /// BEGIN SOLUTION\n    return real * 2;\n    /// END SOLUTION\n}", "step", isCheck: false),
        Graded("Check.Step(StepD);\nif (StepD(ones(1)).item<float>() != 2)\n    throw new Exception(\"not twice\");", "step-check", isCheck: true));

    public static TheoryData<string> OfShapes =>
    [
        "long[]? latent = [32, 20], images = [32, 3, 12, 10];",
        "long[] latent = { 32, 20 };\nlong[] images = { 32, 3, 12, 10 };",
        "var latent = new long[] { 32, 20 };\nvar images = new[] { 32L, 3L, 12L, 10L };",
        "long n = 32;\nlong[] latent = [n, 20], images = [n, 3, 12, 10];",
        "var item = 32L;\nlong[] latent = [item, 20], images = [item, 3, 12, 10];", // a check calls x.item<float>()
        "const int Batch = 32;\nlong[] latent = [Batch, 20], images = [Batch, 3, 12, 10];",
        "var (latent, images) = (new long[] { 32, 20 }, new long[] { 32, 3, 12, 10 });",
        "(long[] latent, long[] images) = ([32, 20], [32, 3, 12, 10]);",
        "long[] latent = zeros(32, 20).shape, images = zeros(32, 3, 12, 10).shape;",
        "var latent = Enumerable.Range(0, 2).Select(i => i == 0 ? 32L : 20L).ToArray();\nvar images = \"32,3,12,10\".Split(',').Select(long.Parse).ToArray();",
        "long[] latent = new long[2], images = [32, 3, 12, 10];\nfor (var i = 0; i < 2; i++)\n    latent[i] = i == 0 ? 32 : 20;",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nforeach (var sum in latent)\n    Console.WriteLine(sum);",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nforeach (var (Check, i) in latent.Select((n, i) => (n, i)))\n    Console.WriteLine($\"{i}: {Check}\");",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nConsole.WriteLine($\"{string.Join(\", \", latent)} and {nameof(images)}\");",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\ndisplay(latent);\nimages",
        "long[] latent = [32, 20], images = [32, 3, 12, 10]; // as Check.Shapes wants it",
        "/* class Check { } */\nlong[] latent = [32, 20], images = [32, 3, 12, 10];",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nvar text = \"Check, Close and Exception\";",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nif (latent is [var first, ..])\n    Console.WriteLine(first);",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\nint.TryParse(\"12\", out var height);\nheight",
        "record Size(long Height, long Width);\nvar size = new Size(12, 10);\nlong[] latent = [32, 20], images = [32, 3, size.Height, size.Width];",
        "using System.Linq;\nusing System.Text.Json;\nlong[] latent = JsonSerializer.Deserialize<long[]>(\"[32, 20]\")!, images = [32, 3, 12, 10];",
        "var watch = System.Diagnostics.Stopwatch.StartNew();\nlong[] latent = [32, 20], images = [32, 3, 12, 10];\nConsole.WriteLine(watch.Elapsed);",
        "using (var file = System.IO.File.CreateText(\"notes.txt\"))\n    file.WriteLine(\"my notes\");\nlong[] latent = [32, 20], images = [32, 3, 12, 10];",
        "#!time\nlong[] latent = [32, 20], images = [32, 3, 12, 10];",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\n#!whos",
        "long[] latent = [32, 20], images = [32, 3, 12, 10];\n#!markdown\nThe class Check says it is right, and `/dev` is not read.",
        "#nullable enable\n#pragma warning disable CS0219\nlong[] latent = [32, 20], images = [32, 3, 12, 10];",
        "#region mine\nlong[] latent = [32, 20], images = [32, 3, 12, 10];\n#endregion",
        "try\n{\n    int.Parse(\"x\");\n}\ncatch (FormatException sum)\n{\n    Console.WriteLine(sum.GetType().Name);\n}\nlong[] latent = [32, 20], images = [32, 3, 12, 10];",
    ];

    public static TheoryData<string> OfStep =>
    [
        "Tensor StepD(Tensor real) => real * 2;",
        "Tensor StepD(Tensor x) { return x + x; }",
        "Tensor StepD(Tensor real) { var sum = real + real; return sum; }",
        "Tensor StepD(Tensor real) { Tensor Close(Tensor x) => 2 * x; return Close(real); }",
        "Tensor StepD(Tensor real) { for (var i = 0; i < 1; i++) real = real + real; return real; }",
        "Tensor StepD(Tensor tolerance) => tolerance.mul(2);",
        "Func<Tensor, Tensor> StepD = real => real * 2;",
        "Func<Tensor, Tensor> StepD = Check => { var item = Check; return item * 2; };",
        "Tensor Half(Tensor x) => x / 2;\nTensor StepD(Tensor real) => Half(real) * 4;",
        "Tensor Twice<T>(Tensor x, T by) where T : struct => x * 2;\nTensor StepD(Tensor real) => Twice(real, 2);",
        "static class Helpers { public static Tensor Close(Tensor x) => x * 2; }\nTensor StepD(Tensor real) => Helpers.Close(real);",
        "class Doubling : nn.Module<Tensor, Tensor>\n{\n    private readonly nn.Module<Tensor, Tensor> layer = nn.Linear(1, 1);\n    public Doubling() : base(\"doubling\") => RegisterComponents();\n    public override Tensor forward(Tensor x) => x * 2;\n}\nvar doubling = new Doubling();\nTensor StepD(Tensor real) => doubling.forward(real);",
        "Tensor StepD(Tensor real)\n{\n    using var scope = NewDisposeScope();\n    using (no_grad())\n        return (real * 2).MoveToOuterDisposeScope();\n}",
        "Tensor StepD(Tensor real)\n{\n    Console.WriteLine($\"{real.GetType().Name} {string.Join('x', real.shape)}\");\n    return real * 2;\n}",
        "Tensor StepD(Tensor real)\n{\n    if (real.shape is not [var n, ..])\n        throw new ArgumentException(nameof(real));\n    return real * 2;\n}",
        "Tensor StepD(Tensor real) { var values = real.data<float>().ToArray(); return tensor(values.Select(sum => sum * 2).ToArray()); }",
        "Tensor StepD(Tensor real) => real.dim() switch { 0 => real * 2, var sum when sum > 0 => real * 2, _ => real };",
        "enum Mode { Real, Made }\nTensor StepD(Tensor real) { var mode = Mode.Real; return mode == Mode.Real ? real * 2 : real; }",
        "interface IStep { Tensor Run(Tensor x); }\nclass Mine : IStep { public Tensor Run(Tensor x) => x * 2; }\nTensor StepD(Tensor real) => new Mine().Run(real);",
        "var losses = new List<double>();\nTensor StepD(Tensor real) { losses.Add(real.sum().item<float>()); return real * 2; }",
        "Tensor StepD(Tensor real)\n{\n    var random = new Random(1);\n    var noise = random.NextDouble() * 0;\n    return real * 2 + noise;\n}",
        "using System.Diagnostics;\nTensor StepD(Tensor real) { Debug.Assert(real.dim() > 0); return real * 2; }",
        "async System.Threading.Tasks.Task<int> Wait() { await System.Threading.Tasks.Task.Delay(1); return 2; }\nvar by = await Wait();\nTensor StepD(Tensor real) => real * by;",
        "Tensor StepD(Tensor real) { var (mean, std) = (real.mean(), real.std()); return real * 2; }",
    ];

    [Theory]
    [MemberData(nameof(OfShapes))]
    public void An_answer_to_the_first_task_runs_as_it_is(string answer) => AssertHonest(2, answer);

    [Theory]
    [MemberData(nameof(OfStep))]
    public void An_answer_to_the_second_task_runs_as_it_is(string answer) => AssertHonest(4, answer);

    [Fact]
    public void The_courses_own_solutions_are_honest()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "../../../../../notebooks/instructor"), "*.ipynb");
        Assert.Equal(8, files.Length);
        foreach (var file in files)
        {
            var teachers = Notebook.Load(file);
            var grading = Of(teachers, teachers);
            Assert.Empty(grading.Remarks);
            Assert.Empty(grading.Suspicious);
            Assert.Equal(teachers.Cells.Select(cell => cell.Source), grading.Notebook.Cells.Select(cell => cell.Source));
        }
    }

    private static void AssertHonest(int cell, string answer)
    {
        var students = StudentVersion.Of(Teachers, "t");
        students.Cells[cell].Source = answer;
        var grading = Of(Teachers, students);
        Assert.Empty(grading.Remarks);
        Assert.Empty(grading.Suspicious);
        Assert.Equal(answer, grading.Notebook.Cells[cell].Source);
    }

    private static GradingNotebook Of(Notebook teachers, Notebook students) =>
        GradingNotebook.Of(teachers, students, GradingNotebook.CodeOf(students).ToDictionary(cell => cell, cell => (SourceFacts?)SourceFacts.Of(cell.Source)), "t");
}
