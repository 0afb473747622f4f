using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;
using static System.FormattableString;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>A class whose answers are all right, each in its own way and slow. All must get full marks, and none a line under suspicion.</summary>
internal static class HonestClass
{
    private static readonly string[] Ways =
    [
        "int Double(int x) => x + x;",
        "int Double(int number)\n{\n    Console.WriteLine($\"doubling {number}\");\n    return number * 2;\n}",
        "int Double(int x) => Enumerable.Repeat(x, 2).Sum();",
        "int Add(int a, int b) => a + b;\nint Double(int x) => Add(x, x);",
        "class Doubler(int factor)\n{\n    public int Of(int value) => factor * value;\n}\nvar doubler = new Doubler(2);\nint Double(int x) => doubler.Of(x);",
        "int Double(int x) { var sum = 0; for (var i = 0; i < 2; i++) sum += x; return sum; }",
        "record Pair(int Left, int Right)\n{\n    public int Sum => Left + Right;\n}\nint Double(int x) => new Pair(x, x).Sum;",
        "using System.Numerics;\nT Twice<T>(T value) where T : INumber<T> => value + value;\nint Double(int x) => Twice(x);",
        "Func<int, int> twice = x => 2 * x;\nint Double(int x) => twice(x);\ndisplay(twice.GetType().Name);",
        "int Double(int x) => x switch { 0 => 0, < 0 => -Double(-x), _ => 2 + Double(x - 1) };",
        "int Double(int x)\n{\n    try { return checked(2 * x); }\n    catch (OverflowException error) { Console.Error.WriteLine(error.Message); return 0; }\n}",
        "IEnumerable<int> Copies(int x) { yield return x; yield return x; }\nint Double(int x) => Copies(x).Aggregate(0, (sum, one) => sum + one);",
        "var seen = new Dictionary<int, int>();\nint Double(int x) => seen.TryGetValue(x, out var known) ? known : seen[x] = x << 1;\ndisplay(seen);",
        "async Task<int> DoubleAsync(int x) { await Task.Delay(10); return 2 * x; }\nint Double(int x) => DoubleAsync(x).Result;",
        "int Double(int x)\n{\n    int[] both = [x, x];\n    var sum = 0;\n    Parallel.ForEach(both, one => Interlocked.Add(ref sum, one));\n    return sum;\n}",
        "/* my way */ int Double(int x) { Span<int> both = stackalloc int[] { x, x }; return both[0] + both[1]; } // done",
    ];

    /// <summary>Grades a class through the program, two submissions at once.</summary>
    /// <param name="count">How many students.</param>
    /// <param name="shortest">How many seconds the first answer takes.</param>
    /// <param name="longest">How many seconds the last one takes.</param>
    /// <returns>The rows that are not right: not passed, without all points, or suspicious.</returns>
    public static async Task<IReadOnlyList<string>> WrongedAsync(int count, double shortest, double longest)
    {
        var place = Directory.CreateTempSubdirectory("coursekit-honest-");
        try
        {
            SmallAssignment.Teachers.Save(Path.Combine(place.FullName, "instructor", "tasks.ipynb"));
            var students = Enumerable.Range(0, count).Select(number => Invariant($"student {number}")).ToList();
            foreach (var (number, student) in students.Index())
                Answer(number, shortest + (longest - shortest) * number / Math.Max(1, count - 1)).Save(Path.Combine(place.FullName, "class", student + ".ipynb"));
            var run = await GradedClass.RunAsync(BuiltCourse.Program, place.FullName, ["--assignment", "instructor/tasks.ipynb", "--jobs", "2"]);
            if (run.ExitCode != 0)
                return [$"coursekit grade ended with {run.ExitCode}: {run.Error}"];
            return
            [
                .. from student in students
                   from check in SmallAssignment.Checks
                   let row = run.Rows.SingleOrDefault(row => row["student"] == student && row["task"] == check.Task)
                   where row is null || row["points"] != check.Points || row["status"] != "passed" || row["suspicious"].Length > 0
                   select $"{student}, {check.Task}: {(row is null ? "no row" : $"{row["points"]} points, {row["status"]}, {row["message"]} {row["suspicious"]}")}",
            ];
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    // Every other student tries the answer in a cell of its own.
    private static Notebook Answer(int number, double seconds)
    {
        var way = Ways[number % Ways.Length];
        var notebook = SmallAssignment.Of(Invariant($"{way}\nSystem.Threading.Thread.Sleep({seconds * 1000:F0});"), number % 3 == 0 ? "var word = string.Concat(\"nag\".Reverse());" : "string word = \"gan\";");
        if (number % 2 == 1)
            notebook.Insert(1, NotebookCell.Code(Invariant($"// a trial of mine\nvar trial{number} = Double(21);\ntrial{number}")));
        return notebook;
    }
}
