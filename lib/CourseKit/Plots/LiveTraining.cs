using System.Globalization;
using CourseKit.Display;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// Shows a training while it runs: the progress, curves, and the network's pictures of the same vectors. It updates one output of the notebook at most
/// twice a second. At the end of the run it shows no times, so that two runs with the same seed leave the same page.
/// If the cell ends before the run does, the view says where the run stopped.
/// </summary>
/// <example>
/// A loop of one's own:
/// <code>
/// var live = new LiveTraining();
/// for (var update = 1; update &lt;= 1000; update++)
/// {
///     var loss = 1.0 / update; // of a step
///     live.Report(update, 1000, ("Loss", "D", loss));
/// }
/// </code>
/// </example>
public sealed class LiveTraining : IProgress<ITrainingProgress>, ICheckpointed
{
    private const int StatisticsBatch = 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private readonly List<LiveCurve> curves = [];
    private readonly List<(long Update, PixelCanvas Canvas)> film = [];
    private readonly Func<Tensor>? pictures;
    private readonly int columns;
    private readonly TimeProvider time;
    private DisplayHandle? handle;
    private (long Done, long Ticks)? start;
    private (long Done, long Total) last;
    private bool diverged;
    private long shownAt, nextFrame;

    /// <summary>A view that shows itself at the first report.</summary>
    /// <param name="pictures">Makes pictures as for <see cref="ImageGrid.Of"/>, from the same vectors each time. The function must not use torch's
    /// random numbers, because then the view would change the training. null shows only curves.</param>
    /// <param name="columns">Tiles in a row of the pictures; 0 makes the grid about square.</param>
    /// <param name="time">The clock; null for the machine's clock.</param>
    public LiveTraining(Func<Tensor>? pictures = null, int columns = 0, TimeProvider? time = null) =>
        (this.pictures, this.columns, this.time) = (pictures, columns, time ?? TimeProvider.System);

    /// <summary>The view of an adversarial training. The averaged generator makes the pictures from the trainer's fixed latent batch.</summary>
    /// <param name="trainer">The trainer that will train. The view does not change what the networks learn.</param>
    /// <param name="count">The number of pictures, from 1 to 4096.</param>
    /// <param name="columns">Tiles in a row; 0 makes the grid about square.</param>
    public static LiveTraining Of(GanTrainer trainer, int count = 25, int columns = 5)
    {
        return new(Draw, columns);

        Tensor Draw()
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            trainer.TakeStatistics(StatisticsBatch);
            return trainer.Averaged.forward(trainer.FixedLatent.narrow(0, 0, count)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The pictures so far. The number of updates decides when a picture is made. More come early, because most changes happen then.</summary>
    internal IReadOnlyList<(long Update, PixelCanvas Canvas)> Film => film;

    /// <summary>Takes a report of a trainer. Every trainer of the kit accepts this view as its <c>progress</c>.</summary>
    /// <param name="value">The state of the run.</param>
    public void Report(ITrainingProgress value) => Report(value.Update, value.Updates, value.Figures);

    /// <summary>Takes a report of any training.</summary>
    /// <param name="done">Updates so far, more than at the last report.</param>
    /// <param name="total">Number of updates at the end.</param>
    /// <param name="figures">Chart, curve and value. A chart or curve is made at its first figure. A value that is not finite is left out, and the view
    /// says that the training has diverged.</param>
    public void Report(long done, long total, params IReadOnlyList<(string Chart, string Curve, double Value)> figures)
    {
        var now = time.GetTimestamp();
        if (start is null)
        {
            start = (done, now);
            NotebookHost.AtEnd(End);
        }
        (last, diverged) = ((done, total), false);
        foreach (var (chart, name, value) in figures)
        {
            diverged |= !double.IsFinite(value);
            var curve = curves.Find(curve => curve.Chart == chart && curve.Name == name);
            if (curve is null)
                curves.Add(curve = new(chart, name));
            curve.Add(done, value);
        }
        if (pictures is not null && !diverged && (done >= nextFrame || done >= total) && (film.Count == 0 || film[^1].Update < done))
            TakeFrame(done, total);
        if (done < total && !diverged && handle is not null && time.GetElapsedTime(shownAt, now) < Pause)
            return;
        Show(diverged ? LiveTrainingPage.Diverged : done < total ? Pace(done, total, now) : null);
        shownAt = now;
        if (done >= total)
            start = null;
    }

    // A run that was stopped, or failed, sends no last report, and its time left would stay on the page for good.
    private void End()
    {
        if (start is null)
            return;
        start = null;
        if (!diverged)
            Show(pace: null);
    }

    private void Show(string? pace)
    {
        var page = new LiveTrainingPage(last.Done, last.Total, pace, [.. curves], film.Count > 0 ? film[^1].Canvas : null);
        if (handle is null)
            handle = NotebookHost.Display(page);
        else
            handle.Update(page);
    }

    // The curves are drawn again from the trainer's history. The pictures of an earlier moment cannot be made again.
    void ICheckpointed.Exchange(TrainingState state)
    {
        var frames = film.ConvertAll(frame => (frame.Update, Width: frame.Canvas.Width, Height: frame.Canvas.Height, Scale: frame.Canvas.Scale));
        state.Rows("film", frames, 4, frame => [frame.Update, frame.Width, frame.Height, frame.Scale],
            row => (Update: (long)row[0], Width: (int)row[1], Height: (int)row[2], Scale: (int)row[3]));
        nextFrame = state.Number("next frame of the film", nextFrame);
        state.Value("pixels of the film", () => tensor(film.SelectMany(frame => frame.Canvas.Bytes.ToArray()).ToArray(), ScalarType.Byte), [-1], pixels =>
        {
            var all = pixels.bytes;
            film.Clear();
            foreach (var (update, width, height, scale) in frames)
            {
                var canvas = new PixelCanvas(width, height) { Scale = scale };
                all[..canvas.Bytes.Length].CopyTo(canvas.Bytes);
                all = all[canvas.Bytes.Length..];
                film.Add((update, canvas));
            }
            pixels.Dispose();
        });
    }

    private void TakeFrame(long done, long total)
    {
        using var scope = NewDisposeScope();
        film.Add((done, ImageGrid.Draw(pictures!(), columns, scale: 0, tileWidth: 32)));
        nextFrame = done + Math.Max(1, Math.Min(done / 4, total / 12));
    }

    private string Pace(long done, long total, long now)
    {
        var seconds = time.GetElapsedTime(start!.Value.Ticks, now).TotalSeconds;
        var rate = (done - start.Value.Done) / seconds;
        return double.IsFinite(rate) && rate > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:N0} updates a second, {Math.Ceiling((total - done) / rate):N0} s left") : "it begins";
    }
}
