using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Directives;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Import;

/// <summary>A place in an imported notebook that a person has to change.</summary>
/// <param name="Cell">The number of the cell among those that a run executes, from 1.</param>
/// <param name="Line">The line in the cell, from 1.</param>
/// <param name="Found">The text of the line.</param>
/// <param name="Next">What to do.</param>
public sealed partial record ImportFinding(int Cell, int Line, string Found, string Next)
{
    // C# that needs .NET Interactive itself, and what to write in its place.
    private static readonly (Regex Pattern, string Next)[] Calls =
    [
        (Using(), "leave it out"),
        (Interactive(), "this kernel has no such type: leave it out, or show the result with display(x), HTML(text)"),
        (UnquotedReference(), "write it with double quotes: #r \"nuget: Id, version\""),
    ];

    /// <summary>Finds the places by what the kernel would do with each cell.</summary>
    internal static IReadOnlyList<ImportFinding> Of(Notebook notebook)
    {
        var connected = new HashSet<string>();
        return [.. NotebookRunner.RunnableCells(notebook).SelectMany((cell, index) => Of(index + 1, new CellSource("", cell.Source), connected)).OrderBy(finding => finding.Cell).ThenBy(finding => finding.Line)];
    }

    private static List<ImportFinding> Of(int number, CellSource source, HashSet<string> connected)
    {
        List<ImportFinding> findings = [];
        try
        {
            foreach (var step in CellParser.Parse(source, connected))
            {
                if (step is DirectiveStep directive && Of(directive, connected) is { } next)
                    Add(directive.Line, next);
                else if (step is CodeStep { Source.Code: var code })
                    OfCode(code);
            }
        }
        catch (DirectiveException error)
        {
            Add(error.Line, error.Message.Split(". ")[0]);
        }
        return findings;

        void Add(int line, string next) => findings.Add(new(number, line, source.Line(line).Trim(), next));

        void OfCode(string code)
        {
            foreach (var (index, line) in code.Split('\n').Index().Where(line => !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                if (Calls.FirstOrDefault(call => call.Pattern.IsMatch(line)) is { Pattern: not null, Next: var next })
                    Add(index + 1, next);
            }
        }
    }

    private static string? Of(DirectiveStep step, HashSet<string> connected)
    {
        switch (step.Directive)
        {
            case { Name: "#!connect" }:
                if (CellLanguage.ConnectedBy(step.Argument) is { } kernel)
                    connected.Add($"#!{kernel}");
                // A line without more than a name is ours.
                return step.Argument.StartsWith("--kernel-name", StringComparison.Ordinal) ? null : "no other kernel can be connected: read the data in C#";
            case { Name: ValueDirective.Name }:
                return step.Argument.Contains("--from-url", StringComparison.Ordinal) ? "fetch it in C#, with HttpClient" : null;
            case { Kind: DirectiveKind.Foreign }:
                return "it is passed over: write it in C#";
            case { Kind: DirectiveKind.Block, Name: not "#!markdown" }:
                return step.Body.Split('\n').Any(DirectiveLine.IsShare) ? "it is passed over, because it takes variables: make the text in C#, and display HTML(text)" : null;
            case { Name: ShareDirective.Name or ShareDirective.SetName }:
                return Giver().Match(step.Argument) is { Success: true, Groups: var giver } && !IsHere(giver["kernel"].Value) ? "the variable cannot come from there: declare it in C#" : null;
            case { Name: "#r" } when ReferenceDirective.AfterNuGet(step.Argument.Trim('"')) is { } package:
                return OfPackage(package);
            default:
                return null;
        }
    }

    private static bool IsHere(string kernel) => kernel is "input" or "password" || CellLanguage.Find(kernel)?.Name is CellLanguage.CSharp or CellLanguage.Value;

    private static string? OfPackage(string text)
    {
        try
        {
            var id = Package.Parse(text).Id;
            return Torch().IsMatch(id) ? "reference CourseKit.dll and TorchSharp.dll of the course instead, as its notebooks do"
                : Extension().IsMatch(id) ? "an extension of .NET Interactive does nothing here: leave it out" : null;
        }
        catch (ReferenceException)
        {
            return "expected a package's id and a version, as in #r \"nuget: Newtonsoft.Json, 13.0.3\"";
        }
    }

    // The namespace itself and Formatting are left out: what notebooks use of them, this kernel has too.
    [GeneratedRegex(@"^\s*using\s+(static\s+)?Microsoft\.DotNet\.Interactive\.(?!Formatting\b|Jupyter\.Formatting\b)")]
    private static partial Regex Using();

    [GeneratedRegex(@"\bMicrosoft\.DotNet\.Interactive\.(Commands|Events|Connection|CSharp|FSharp|PowerShell|KernelInvocationContext|CompositeKernel)\b|\bKernel\s*\.\s*(Root|Current)\b|\b(KernelInvocationContext|CompositeKernel|CSharpKernel|FSharpKernel|KernelExtensions?|IKernelExtension|SubmitCode|InteractiveHost)\b")]
    private static partial Regex Interactive();

    [GeneratedRegex(@"^\s*#[ri]\s+[^""\s]")]
    private static partial Regex UnquotedReference();

    [GeneratedRegex(@"(--from[\s=]+|@)(?<kernel>[^\s:""]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Giver();

    [GeneratedRegex("^(TorchSharp|TorchVision|TorchAudio|libtorch)(-.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Torch();

    [GeneratedRegex(@"^Microsoft\.DotNet\.Interactive(?!\.Formatting$)|(?<!^Plotly\.NET)\.Interactive(Extension)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();
}
