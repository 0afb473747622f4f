using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Something whose state a checkpoint saves and gives back.</summary>
internal interface ICheckpointed
{
    /// <summary>Names each thing that the next update depends on. The same lines write it and read it.</summary>
    void Exchange(TrainingState state);
}

/// <summary>
/// The state of a training as tensors with names. It is exchanged three times at most: to write it; to check that a state that was read fits; and to take
/// it over. So a state that does not fit changes nothing.
/// </summary>
internal sealed class TrainingState
{
    private enum Task { Write, Check, Take }

    private readonly IReadOnlyDictionary<string, Tensor> tensors;
    private readonly Task task;

    private TrainingState(IReadOnlyDictionary<string, Tensor> tensors, Task task) => (this.tensors, this.task) = (tensors, task);

    /// <summary>Copies a state. The copies belong to the present dispose scope.</summary>
    public static Dictionary<string, Tensor> Of(IEnumerable<ICheckpointed> parts)
    {
        var tensors = new Dictionary<string, Tensor>();
        using var noGrad = no_grad();
        foreach (var part in parts)
            part.Exchange(new(tensors, Task.Write));
        return tensors;
    }

    /// <summary>Gives a state back.</summary>
    /// <exception cref="ArgumentException">Something is missing or has another shape. Nothing has changed.</exception>
    public static void Restore(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyList<ICheckpointed> parts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var task in new[] { Task.Check, Task.Take })
        {
            foreach (var part in parts)
                part.Exchange(new(tensors, task));
        }
    }

    /// <summary>Whether a state is taken over, and not only written or checked.</summary>
    public bool Takes => task == Task.Take;

    /// <summary>A tensor whose values change in place.</summary>
    public void InPlace(string name, Tensor tensor)
    {
        if (task == Task.Write)
            Add(name, tensor.detach().clone());
        else if (Find(name, tensor.shape) is var saved && Takes)
            tensor.copy_(saved);
    }

    /// <summary>A network's parameters and buffers.</summary>
    public void Module(string name, nn.Module module)
    {
        foreach (var (key, tensor) in module.state_dict())
            InPlace($"{name}/{key}", tensor);
    }

    /// <summary>An optimiser.</summary>
    public void Optimizer(string name, FusedAdam optimizer)
    {
        using var scope = NewDisposeScope();
        var own = optimizer.StateDict();
        if (task == Task.Write)
        {
            foreach (var (key, tensor) in own)
                Add($"{name}/{key}", tensor.MoveToOuterDisposeScope());
            return;
        }
        var saved = own.ToDictionary(entry => entry.Key, entry => Find($"{name}/{entry.Key}", entry.Value.shape));
        if (Takes)
            optimizer.LoadStateDict(saved);
    }

    /// <summary>A whole number.</summary>
    public long Number(string name, long value)
    {
        if (task == Task.Write)
            Add(name, tensor(value));
        return Takes ? Find(name, []).item<long>() : value;
    }

    /// <summary>A table of numbers, such as a history, which the state replaces.</summary>
    public void Rows<T>(string name, List<T> rows, int columns, Func<T, double[]> write, Func<double[], T> read)
    {
        if (task == Task.Write)
            Add(name, tensor(rows.SelectMany(write).ToArray(), ScalarType.Float64).view(rows.Count, columns));
        else if (Find(name, [-1, columns]) is var saved && Takes)
        {
            rows.Clear();
            rows.AddRange(saved.NumberOfElements == 0 ? [] : saved.data<double>().ToArray().Chunk(columns).Select(read)); // an empty tensor has no data to point at
        }
    }

    /// <summary>A tensor that was made for the state when it was written, and that is read when it is taken over.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="made">Makes the tensor.</param>
    /// <param name="shape">The shape it must have; -1 for a side of any length.</param>
    /// <param name="take">Takes a copy of the saved one, which it owns.</param>
    public void Value(string name, Func<Tensor> made, long[] shape, Action<Tensor> take)
    {
        if (task == Task.Write)
            Add(name, made().detach().clone());
        else if (Find(name, shape) is var saved && Takes)
            take(saved.clone().DetachFromDisposeScope());
    }

    private void Add(string name, Tensor tensor) => ((Dictionary<string, Tensor>)tensors).Add(name, tensor);

    private Tensor Find(string name, long[] shape) =>
        !tensors.TryGetValue(name, out var found) ? throw new ArgumentException($"'{name}' is missing")
        : found.dim() == shape.Length && found.shape.Zip(shape).All(side => side.Second < 0 || side.First == side.Second) ? found
        : throw new ArgumentException($"'{name}' has the shape {ShapeText.Of(found)}, expected {ShapeText.Of(shape)}");
}
