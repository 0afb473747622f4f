using System.Diagnostics;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using static System.FormattableString;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>A hostile student: what is handed in, and the grades that it must get.</summary>
/// <param name="Kind">A word for it.</param>
/// <param name="First">Points and possible statuses of the first task, such as <c>0 failed killed</c>.</param>
/// <param name="Second">The same of the second task, which an honest answer stands in.</param>
/// <param name="HandIn">Writes the file with this path without its extension.</param>
internal sealed record Hostile(string Kind, string First, string Second, Action<string> HandIn);

/// <summary>What a class of hostile students was graded with, where it is not as designed.</summary>
/// <param name="Wrong">A line for each row that is missing or wrong.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="PeakMegabytes">The most memory of the grader itself.</param>
internal sealed record HostileEnd(IReadOnlyList<string> Wrong, int Rows, double PeakMegabytes);

/// <summary>Submissions that try to end, to fill, to deceive or to outlast the grader. The first ones cost least.</summary>
internal static class HostileClass
{
    private const string Lost = "0 failed", Ended = "0 failed killed", Full = "2 passed", Word = "1 passed", Unread = "0 unreadable";

    public static IReadOnlyList<Hostile> All { get; } =
    [
        Answer("exit", Lost, "Environment.Exit(0); return 6;"),
        Answer("fail fast", Ended, "typeof(Environment).GetMethod(\"FailFast\", [typeof(string)]).Invoke(null, [\"boom\"]); return 6;"),
        Answer("kills itself", Ended, "System.Diagnostics.Process.GetCurrentProcess().Kill(); return 6;"),
        Answer("half a pair", Lost, "throw new Exception(\"\\ud83d\");"),
        Answer("escapes", Lost, "throw new Exception(\"\\u001b[2J\\u202e\\0</pre><script>alert(1)</script>=1+1\");"),
        Answer("display hook", Lost, "AppContext.SetData(\"notebook.display\", 1); return 6;"),
        Answer("forger", Ended, "foreach (var file in System.IO.Directory.GetFiles(\"/proc/self/fd\")) try { System.IO.File.AppendAllText(file, \"{\\\"type\\\":\\\"idle\\\",\\\"ok\\\":true}\\n\"); } catch (Exception) { } return 6;"),
        Answer("closes output", Lost, "Console.OpenStandardOutput().Dispose(); Console.OpenStandardError().Dispose(); Console.Out.Dispose(); return 6;"),
        Answer("dies beside", Ended, "var thread = new System.Threading.Thread(() => throw new Exception(\"beside\")); thread.Start(); thread.Join(); System.Threading.Thread.Sleep(300); return 6;"),
        Answer("overflow", Lost, "int Deeper(int y) => Deeper(y + 1) + 1; return Deeper(0);"),
        Source("brackets", Lost, new string('(', 30_000)),
        Source("types", Lost, string.Concat(Enumerable.Repeat("List<", 15_000))),
        Source("strings in strings", Lost, string.Concat(Enumerable.Repeat("$\"{", 9_000))),
        Source("redefined check", Lost, "class Exception(string s) : System.Exception { }\nint Double(int x) => 6;"),
        Source("no code", Lost, "\0\u0001\ud83d\ude00 #r \"nuget: A\" /* \"\"\""),
        File("empty", ""), File("cut", "{ \"cells\": ["), File("a list", "[]"), File("deep", new string('[', 100_000)), File("wrong version", """{"cells":[],"metadata":{},"nbformat":3,"nbformat_minor":0}"""),
        new("a folder", Unread, Unread, path => Directory.CreateDirectory(path + ".ipynb")),
        new("dangling link", Unread, Unread, path => System.IO.File.CreateSymbolicLink(path + ".ipynb", "/nowhere")),
        new("link to a file", Unread, Unread, path => System.IO.File.CreateSymbolicLink(path + ".ipynb", "/etc/passwd")),
        new("endless link", Unread, Unread, path => System.IO.File.CreateSymbolicLink(path + ".ipynb", "/dev/zero")),
        new("pipe", Unread, Unread, path => Process.Start("mkfifo", [path + ".ipynb"]).WaitForExit()),
        new("3 GB", Unread, Unread, path => { using var file = System.IO.File.Create(path + ".ipynb"); file.SetLength(3_000_000_000); }),
        Right("=1+1;"), Right("-rf $(id) `id`"), Right("a\nb\u001b[2J\u202e"), Right("\ud83c\udf93 é e\u0301 CON"), Right(new string('n', 200)),
        Answer("slow", Full, "System.Threading.Thread.Sleep(4000); return 2 * x;"),
        Source("50 times 10 MB", Full, "for (var i = 0; i < 50; i++) display(HTML(new string('a', 10_000_000)));\nint Double(int x) => 2 * x;"),
        Source("60 MB at once", Full, "display(HTML(new string('a', 60_000_000)));\nint Double(int x) => 2 * x;"),
        Source("prints 500 MB", Full, "for (var i = 0; i < 50; i++) Console.Write(new string('a', 10_000_000));\nint Double(int x) => 2 * x;"),
        Answer("threads", Ended, "for (var i = 0; i < 1000; i++) new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start(); return 6;"),
        Answer("processes", Ended, "for (var i = 0; i < 1000; i++) System.Diagnostics.Process.Start(Environment.ProcessPath, [\"execute\", \"0\", \"0\"]); return 6;"),
        Answer("kills all", Ended, "for (var i = 1; i < 300; i++) try { System.Diagnostics.Process.GetProcessById(i).Kill(); } catch (Exception) { } return 6;"),
        Answer("disk", Ended, "for (var i = 0; i < 20; i++) System.IO.File.WriteAllBytes($\"/tmp/{i}\", new byte[90_000_000]); return 6;"),
        Answer("memory", Ended, "var all = new List<byte[]>(); for (;;) { all.Add(new byte[50_000_000]); Array.Fill(all[^1], (byte)1); }"),
        Answer("loop", Ended, "while (true) { }"),
        Answer("loop without end", Ended, "while (true) try { while (true) { } } catch (Exception) { } finally { while (true) { } }"),
    ];

    /// <summary>Grades so many of them through the program; with more than there are, each comes again.</summary>
    /// <param name="program">The command line.</param>
    /// <param name="count">How many students.</param>
    /// <param name="before">What comes before the program, such as one that changes the user.</param>
    public static async Task<HostileEnd> RunAsync(string program, int count, params string[] before)
    {
        var place = Directory.CreateTempSubdirectory("coursekit-hostile-");
        try
        {
            SmallAssignment.Teachers.Save(Path.Combine(place.FullName, "instructor", "tasks.ipynb"));
            var students = Enumerable.Range(0, count).Select(number => (Name: Invariant($"{All[number % All.Count].Kind}{(number < All.Count ? "" : $" {number / All.Count + 1}")}"), Is: All[number % All.Count])).ToList();
            var folder = place.CreateSubdirectory("class").FullName;
            foreach (var (name, student) in students)
                student.HandIn(Path.Combine(folder, name));
            if (before.Length > 0)
                Process.Start("chmod", ["-R", "a+rwX", place.FullName]).WaitForExit();
            var run = await GradedClass.RunAsync(program, place.FullName, ["--assignment", "instructor/tasks.ipynb", "--jobs", "2", "--timeout", "15", "--memory", "1000"], before);
            List<string> wrong = run.ExitCode == 0 ? [] : [$"coursekit grade ended with {run.ExitCode}: {run.Error}"];
            foreach (var (name, student) in students)
            {
                foreach (var (check, expected) in SmallAssignment.Checks.Zip([student.First, student.Second]))
                {
                    var row = run.Rows.SingleOrDefault(row => row["student"] == name && row["task"] == check.Task);
                    if (row is null)
                        wrong.Add($"{name}, {check.Task}: no row");
                    else if (row["points"] != expected[..1] || !expected.Split(' ').Contains(row["status"]))
                        wrong.Add($"{name}, {check.Task}: {row["points"]} {row["status"]}, not {expected}: {row["message"]}");
                }
            }
            return new(wrong, run.Rows.Count, run.PeakMegabytes);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static Hostile Answer(string kind, string first, string body) => new(kind, first, Word, path => SmallAssignment.WithBody(body).Save(path + ".ipynb"));

    private static Hostile Source(string kind, string first, string source) => new(kind, first, Word, path => SmallAssignment.Of(source).Save(path + ".ipynb"));

    private static Hostile File(string kind, string text) => new(kind, Unread, Unread, path => System.IO.File.WriteAllText(path + ".ipynb", text));

    // The names are odd, the answers are right.
    private static Hostile Right(string name) => new(name, Full, Word, path => SmallAssignment.Teachers.Save(path + ".ipynb"));
}
