using System.CommandLine;
using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Import;
using CourseKit.Kernel.Notebooks;
using Spectre.Console;

namespace CourseKit.Cli.Import;

/// <summary><c>coursekit import</c>: makes a notebook for this kernel from one that was written for another C# kernel.</summary>
internal static class ImportCommand
{
    private const string Extension = ".ipynb";

    private static readonly Argument<string> Old = new("NOTEBOOK") { Description = "An .ipynb or .dib file with C#, such as one of Polyglot Notebooks. It is not changed." };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The notebook to write. Default: NAME.coursekit.ipynb beside NAME.ipynb, NAME.ipynb beside NAME.dib.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Overwrite the notebook to write, if it is there." };

    public static Command Create()
    {
        var command = new Command("import", """
            Makes a notebook for this kernel from one that was written for another C# kernel, and lists what to change by hand.

            Exit code: 0 the notebook is written, 1 it cannot be written, 2 bad arguments or no C# notebook.
            """)
        {
            Old, Out, Force,
        };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(Old), arguments.GetValue(Out), arguments.GetValue(Force)));
        return command;
    }

    private static int Run(string path, string? given, bool force)
    {
        var old = UserPath.Full(path);
        if (!File.Exists(old))
            throw new UsageException($"{path}: {(Directory.Exists(old) ? "a folder; name one notebook in it" : "no such file")}");
        var target = given is not null ? UserPath.Full(given) : Path.ChangeExtension(old, Notebook.IsDib(old) ? Extension : ".coursekit" + Extension);
        Check(target, given ?? target, old, force);
        var imported = new NotebookImport(NotebookFile.Load(old).Notebook, TorchFor(Path.GetDirectoryName(target)!));
        imported.Notebook.Save(target);
        Print(imported, CommandConsole.Short(target));
        return ExitCode.Ok;
    }

    private static void Check(string target, string shown, string old, bool force)
    {
        if (target.Equals(old, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--out {shown}: the notebook itself, which is never overwritten; name another file");
        if (Directory.Exists(target))
            throw new UsageException($"--out {shown}: a folder; name a file in it");
        if (!target.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--out {shown}: expected a name that ends in {Extension}");
        if (File.Exists(target) && !force)
            throw new UsageException($"{shown} is there already: give --force to overwrite it, or another name with --out");
    }

    // In the course and below it the path is relative, as in the course's notebooks, so that the course can be moved with them. Far from any course it is
    // the package.
    private static string[] TorchFor(string folder)
    {
        if (CourseFolder.Of(folder) is { } here)
            return Torch(Path.GetRelativePath(folder, here));
        return CourseFolder.Of(AppContext.BaseDirectory) is { } course ? Torch(course)
            : [$"#r \"nuget: CourseKit, {ProductVersion.OfPackages(typeof(ImportCommand).Assembly)}\"", "CourseKit.Course.Start()"];
    }

    private static string[] Torch(string course)
    {
        var build = Path.Combine(course, "lib", "CourseKit", "bin", "Release", "net10.0").Replace('\\', '/');
        return [$"#r \"{build}/CourseKit.dll\"", $"#r \"{build}/TorchSharp.dll\"", "CourseKit.Course.Start()"];
    }

    private static void Print(NotebookImport imported, string target)
    {
        var cells = imported.Notebook.Cells;
        Console.WriteLine($"Wrote {PrintableText.Line(target)}: {cells.Count} cells, {cells.Count(cell => cell.Kind == CellKind.Code)} of them code");
        foreach (var line in imported.Exchanged)
            Console.WriteLine($"Exchanged {PrintableText.Line(line)} for the TorchSharp of the course");
        if (imported.Findings.Count == 0)
        {
            Console.WriteLine("Nothing to change by hand was found");
            return;
        }
        var table = new Table().RoundedBorder().AddColumns("Cell", "Line", "Found", "What to do");
        table.Columns[0].RightAligned();
        table.Columns[1].RightAligned();
        foreach (var finding in imported.Findings)
            table.AddRow($"{finding.Cell}", $"{finding.Line}", Escaped(Cut(finding.Found)), Escaped(finding.Next));
        Console.WriteLine("To change by hand (cells are counted as `coursekit run` does):");
        CommandConsole.Write(table);
    }

    private static string Escaped(string text) => Markup.Escape(PrintableText.Line(text));

    private static string Cut(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
