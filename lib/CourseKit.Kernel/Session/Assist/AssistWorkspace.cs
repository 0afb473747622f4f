using System.Collections.Immutable;
using System.Text;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>
/// Holds the session as a Roslyn solution, because Roslyn's editor services work on solutions. Each kept submission is a project, and so is the
/// cell that is being written. This class only reads immutable compilations, so another cell may run at the same time. Not thread-safe.
/// </summary>
internal sealed class AssistWorkspace
{
    // These options parse documentation comments, because the inspector shows the comments of earlier cells. The options for running cells do not.
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Parse, SourceCodeKind.Script);

    private readonly Stack<(CSharpCompilation Submission, ProjectId Project)> followed = [];
    private Solution? submissions;
    private NextSubmission? open;
    private Document? cell;

    /// <summary>Returns the cell as a Roslyn document in the project of the next submission.</summary>
    public async Task<Document> OpenAsync(string code, NextSubmission next, CancellationToken cancel)
    {
        submissions ??= new AdhocWorkspace(EditorServices.Host(cancel)).CurrentSolution;
        var text = SourceText.From(code, Encoding.UTF8);
        if (cell is null || next.Previous != open!.Previous || !next.References.SequenceEqual(open.References))
        {
            await FollowAsync(next.Previous, cancel);
            var (solution, project) = Add(submissions, text, next.Options, next.References);
            cell = solution.GetProject(project)!.Documents.Single();
            open = next;
        }
        return cell = cell.WithText(text);
    }

    // Makes `submissions` hold the chain that ends with `previous`. The oldest submission is compiled first, because compiling a submission
    // also compiles all earlier ones, recursively. A recursion through a thousand submissions would overflow the stack.
    private async Task FollowAsync(CSharpCompilation? previous, CancellationToken cancel)
    {
        var chain = new Stack<CSharpCompilation>();
        for (var at = previous; at is not null; at = at.ScriptCompilationInfo!.PreviousScriptCompilation)
            chain.Push(at);
        // When a cell runs again, its new submission replaces the old one in the chain. The old one's project is removed here.
        var kept = chain.ToHashSet();
        while (followed.TryPeek(out var last) && !kept.Contains(last.Submission))
            submissions = submissions!.RemoveProject(followed.Pop().Project);
        foreach (var next in chain.Skip(followed.Count))
        {
            var tree = next.SyntaxTrees.Single();
            var (solution, project) = Add(submissions!, await tree.GetTextAsync(cancel), next.Options, [.. next.ExternalReferences]);
            await solution.GetProject(project)!.GetCompilationAsync(cancel);
            submissions = solution;
            followed.Push((next, project));
        }
    }

    private (Solution Solution, ProjectId Project) Add(Solution to, SourceText text, CSharpCompilationOptions options, ImmutableArray<MetadataReference> references)
    {
        var project = ProjectId.CreateNewId();
        var info = ProjectInfo.Create(project, VersionStamp.Create(), "cell", "cell", LanguageNames.CSharp, compilationOptions: options, parseOptions: ParseOptions,
            projectReferences: followed.TryPeek(out var last) ? [new(last.Project)] : [], metadataReferences: references, isSubmission: true, hostObjectType: typeof(object))
            .WithDocuments([DocumentInfo.Create(DocumentId.CreateNewId(project), "cell.csx", sourceCodeKind: SourceCodeKind.Script,
                loader: TextLoader.From(TextAndVersion.Create(text, VersionStamp.Create())))]);
        return (to.AddProject(info), project);
    }
}
