using CourseKit.Kernel.Notebooks;
using static CourseKit.Notebooks.Tests.GradedCell;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>An assignment of two tasks: a method that doubles a number (2 points), and a word (1 point).</summary>
internal static class SmallAssignment
{
    /// <summary>The checks, in order, with their points.</summary>
    public static IReadOnlyList<(string Task, string Points)> Checks { get; } = [("double-check", "2"), ("word-check", "1")];

    /// <summary>The teacher's notebook, with its solutions.</summary>
    public static Notebook Teachers => Of("int Double(int x)\n{\n    /// BEGIN SOLUTION\n    return 2 * x;\n    /// END SOLUTION\n}", "string? word = null;\n/// BEGIN SOLUTION\nword = \"gan\";\n/// END SOLUTION");

    /// <summary>A submission.</summary>
    /// <param name="first">The answer to the first task.</param>
    /// <param name="second">The answer to the second.</param>
    public static Notebook Of(string first, string second = "var word = \"gan\";") => new(
        Graded(first, "double", isCheck: false, 0),
        Graded("if (Double(3) != 6) throw new Exception(\"3 doubled is 6\");\n/// BEGIN HIDDEN TESTS\nif (Double(5) != 10) throw new Exception(\"not of 5\");\n/// END HIDDEN TESTS", "double-check", isCheck: true, 2),
        Graded(second, "word", isCheck: false, 0),
        Graded("if (word != \"gan\") throw new Exception($\"word is {word ?? \"not answered yet\"}\");", "word-check", isCheck: true, 1));

    /// <summary>A submission whose method has this body.</summary>
    public static Notebook WithBody(string body) => Of($"int Double(int x)\n{{\n    {body}\n}}");
}
