using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;
using CourseKit.Tests.Parsers;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>A submission of one of the course's exercises that was made wrong in one way or another. The same seed gives the same bytes.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Exercise">The teacher's notebook.</param>
/// <param name="Level">What was changed: bytes, structure or source.</param>
/// <param name="Content">The file.</param>
internal sealed record MutatedSubmission(int Seed, string Exercise, string Level, byte[] Content)
{
    /// <summary>Each of so many is of the first exercise, so that these can be graded as one class.</summary>
    public const int WholeWay = 50;

    private static readonly string[] Levels = ["bytes", "structure", "source"];

    /// <summary>The teacher's notebooks of all exercises, in order.</summary>
    public static IReadOnlyList<string> Exercises { get; } = [.. Directory.GetFiles(Path.Combine(BuiltCourse.Root, "notebooks", "instructor"), "*.ipynb").Order()];

    public static MutatedSubmission Of(int seed)
    {
        var random = new Random(seed);
        var exercise = Exercises[seed % WholeWay % Exercises.Count];
        var notebook = Notebook.Load(exercise);
        if (random.Next(2) == 0)
            notebook = StudentVersion.Of(notebook, exercise);
        var level = random.Next(Levels.Length);
        if (level == 2)
            OfSources(notebook, random);
        var text = notebook.ToJson();
        return new(seed, exercise, Levels[level], level == 0 ? Mutant.OfBytes(Encoding.UTF8.GetBytes(text), random) : Encoding.UTF8.GetBytes(level == 1 ? OfStructure(text, random) : text));
    }

    private static string OfStructure(string text, Random random)
    {
        var root = JsonNode.Parse(text)!.AsObject();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            ChangeStructure(root, random);
        return Mutant.Text(root);
    }

    private static void ChangeStructure(JsonObject root, Random random)
    {
        if (root["cells"] is not JsonArray { Count: > 0 } cells)
            return;
        var at = random.Next(cells.Count);
        switch (random.Next(11))
        {
            case 0:
                cells.RemoveAt(at);
                break;
            case 1:
                cells.Insert(random.Next(cells.Count), cells[at]!.DeepClone());
                break;
            case 2:
                var moved = cells[at]!;
                cells.RemoveAt(at);
                cells.Insert(random.Next(cells.Count + 1), moved);
                break;
            case 3:
                var turned = cells.Reverse().Select(cell => cell?.DeepClone()).ToArray();
                root["cells"] = new JsonArray(turned);
                break;
            case 4:
                foreach (var cell in cells.OfType<JsonObject>())
                    cell["metadata"] = new JsonObject();
                break;
            case 5:
                foreach (var cell in cells.OfType<JsonObject>().Where(_ => random.Next(2) == 0))
                    cell.Remove(random.Next(2) == 0 ? "id" : "outputs");
                break;
            case 6:
                // Two cells of one grade_id, or of one that is none.
                var ids = cells.Select(cell => ((cell as JsonObject)?["metadata"] as JsonObject)?["nbgrader"]).OfType<JsonObject>().ToList();
                if (ids.Count > 0)
                    ids[random.Next(ids.Count)]["grade_id"] = random.Next(3) == 0 ? "../../x y" : ids[random.Next(ids.Count)]["grade_id"]?.DeepClone();
                break;
            case 7:
                root["nbformat"] = random.Next(-1, 6);
                root["nbformat_minor"] = random.Next(-1, 9);
                break;
            case 8:
                if (cells[at] is JsonObject doubled)
                    Mutant.Double(doubled, random);
                break;
            default:
                Mutant.OfValue(root, random);
                break;
        }
    }

    // Answers more often than other cells: the student's other cells matter only where the student added them.
    private static void OfSources(Notebook notebook, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var answers = notebook.Cells.Where(cell => cell.Metadata["nbgrader"]?["solution"]?.GetValue<bool>() == true).ToList();
            var cell = random.Next(4) == 0 ? notebook.Cells[random.Next(notebook.Cells.Count)] : answers[random.Next(answers.Count)];
            var source = cell.Kind == CellKind.Code ? HostileSource.OfCode(cell.Source, random) : HostileSource.OfMarkdown(cell.Source, random);
            if (random.Next(4) == 0)
                notebook.Insert(random.Next(notebook.Cells.Count + 1), cell.Kind == CellKind.Code ? NotebookCell.Code(source) : NotebookCell.Markdown(source));
            else
                cell.Source = source;
        }
    }
}
