#pragma once
// Work done by several threads, whose results come back in the order in which it was handed in.
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace ci::archive {

// push() and pop() are for one thread, the owner. `Output` says itself whether the work failed.
template <class Input, class Output>
class OrderedPipeline {
 public:
  using Work = std::function<Output(Input)>;

  // One thread for each element of `works`; at most `window` inputs are under way. `works` run until the destructor,
  // which drops what nobody began and waits for what is being done.
  OrderedPipeline(std::vector<Work> works, std::size_t window) : window_(window) {
    threads_.reserve(works.size());
    for (Work& work : works) threads_.emplace_back([this, work = std::move(work)] { run(work); });
  }
  OrderedPipeline(const OrderedPipeline&) = delete;
  OrderedPipeline& operator=(const OrderedPipeline&) = delete;
  ~OrderedPipeline() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_there_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // Whether as much is under way as may be: pop() comes before the next push().
  [[nodiscard]] bool full() const { return under_way_.size() >= window_; }
  [[nodiscard]] bool empty() const { return under_way_.empty(); }

  void push(Input input) {
    auto item = std::make_shared<Item>();  // shared: the owner's queue and the thread that works on it
    item->input.emplace(std::move(input));
    under_way_.push_back(item);
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(item));
    }
    work_there_.notify_one();
  }

  // Waits for the oldest input's result and returns it. The wait ends when the work does.
  Output pop() {
    const std::shared_ptr<Item> item = std::move(under_way_.front());
    under_way_.pop_front();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return item->output.has_value(); });
    return std::move(*item->output);
  }

 private:
  struct Item {
    std::optional<Input> input;
    std::optional<Output> output;
  };

  void run(const Work& work) {
    std::unique_lock lock(mutex_);
    while (true) {
      work_there_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      const std::shared_ptr<Item> item = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      Output output = work(std::move(*item->input));
      item->input.reset();
      lock.lock();
      item->output.emplace(std::move(output));
      done_.notify_one();
    }
  }

  const std::size_t window_;
  std::deque<std::shared_ptr<Item>> under_way_;  // the owner's alone
  std::mutex mutex_;                             // guards all below
  std::condition_variable work_there_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Item>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// How many threads `jobs` asks for: itself, or for 0 the cores that this process may use, at most 16 either way, so
// that the memory that they need stays bounded.
std::size_t thread_count(unsigned jobs);

}  // namespace ci::archive
