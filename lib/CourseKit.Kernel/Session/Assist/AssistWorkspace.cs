using System.Collections.Immutable;
using System.Text;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>
/// The session in the form that Roslyn's editor services need: a project for each kept submission, and one for the cell that is being written.
/// It reads immutable compilations only, so a cell may run meanwhile. Not safe for concurrent use.
/// </summary>
internal sealed class AssistWorkspace
{
    // Unlike the session's own options, these parse documentation comments, because the comments of earlier cells are wanted here.
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Parse, SourceCodeKind.Script);

    private readonly Stack<(CSharpCompilation Submission, ProjectId Project)> followed = [];
    private Solution submissions = new AdhocWorkspace(EditorServices.Host).CurrentSolution;
    private NextSubmission? open;
    private Document? cell;

    /// <summary>The cell as the next submission.</summary>
    public async Task<Document> OpenAsync(string code, NextSubmission next, CancellationToken cancel)
    {
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

    // The compilations are made one after the other. Each asks for the one before, and for a thousand of them the stack would not be enough.
    private async Task FollowAsync(CSharpCompilation? previous, CancellationToken cancel)
    {
        var chain = new Stack<CSharpCompilation>();
        for (var at = previous; at is not null; at = at.ScriptCompilationInfo!.PreviousScriptCompilation)
            chain.Push(at);
        // A cell that ran again has taken the place of its last run.
        var kept = chain.ToHashSet();
        while (followed.TryPeek(out var last) && !kept.Contains(last.Submission))
            submissions = submissions.RemoveProject(followed.Pop().Project);
        foreach (var next in chain.Skip(followed.Count))
        {
            var tree = next.SyntaxTrees.Single();
            var (solution, project) = Add(submissions, await tree.GetTextAsync(cancel), next.Options, [.. next.ExternalReferences]);
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
